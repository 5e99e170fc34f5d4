package dev.tailrace.effects;

/**
 * What goes in one batch: effects of one consumer for which the same is told.
 *
 * @param task in which they are
 */
record BatchScope(String consumer, String scope, int task) implements Asking {}
