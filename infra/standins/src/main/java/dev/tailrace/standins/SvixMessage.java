package dev.tailrace.standins;

/**
 * A webhook as Svix sends it.
 *
 * @param id {@code svix-id}, the same at every try
 * @param json the exact text of the body
 */
public record SvixMessage(String id, String type, String json) {}
