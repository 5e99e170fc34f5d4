package dev.tailrace.effects;

/**
 * What goes in one batch: effects of one consumer for which the same is told.
 *
 * @param isReplayed whether they came by a replay: what is live goes without them
 * @param task in which they are
 */
record BatchScope(String consumer, String scope, boolean isReplayed, int task) implements Asking {}
