package dev.tailrace.relay;

/**
 * One partition of the outbox.
 *
 * @param name as SQL takes it, with quotes and schema where they are needed
 * @param from the first instant of its rows' {@code created_at}, as Postgres writes it
 * @param end the first instant after them
 */
record OutboxPartition(String name, String from, String end) {}
