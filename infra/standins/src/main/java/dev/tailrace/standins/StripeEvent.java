package dev.tailrace.standins;

/**
 * A snapshot event of the stand-in.
 *
 * @param json the whole event as it is delivered, byte for byte the same each time
 */
public record StripeEvent(String id, String type, String json) {}
