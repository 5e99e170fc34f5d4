package dev.tailrace.testkit;

/** A webhook that was answered with a success: its source, such as {@code stripe}, and its key. */
public record Receipt(String source, String dedupeKey) {}
