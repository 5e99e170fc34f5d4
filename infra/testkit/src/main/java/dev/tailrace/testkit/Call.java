package dev.tailrace.testkit;

/**
 * What a destination saw of one attempt; tests write these down in the order in which they came.
 *
 * @param lane whose order it belongs to
 * @param order its place there, comparable as text, such as an event's {@code seq}
 * @param eventId which event was carried out
 * @param key the idempotency key that came with it
 */
public record Call(String lane, String order, String eventId, String key) {}
