package dev.tailrace.effects;

/**
 * What ends the waiting of a parked effect: an event, about a key.
 *
 * @param event the names of its types, as {@link Waking#event} tells them
 */
record Awaited(String event, String key) {}
