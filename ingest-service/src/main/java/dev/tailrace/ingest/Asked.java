package dev.tailrace.ingest;

import java.util.Optional;

/**
 * A procedure, and all that its call was given.
 *
 * @param key the caller's name for this call, by which a repeat of it is known
 */
record Asked<I extends Record, O extends Record>(
    Procedure<I, O> procedure,
    I input,
    Caller caller,
    Optional<String> key,
    Optional<String> traceparent) {}
