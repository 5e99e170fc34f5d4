package dev.tailrace.standins;

/** A workspace or a person of a provider: the id, and what people call it. */
record OAuthAccount(String id, String name) {}
