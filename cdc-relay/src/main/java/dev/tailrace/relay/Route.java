package dev.tailrace.relay;

import java.time.Duration;

/**
 * Where the events of a type go.
 *
 * @param realtime whether they go to {@code realtime.outbox} too
 * @param retention how long the topic keeps them
 * @param onDemand whether the topic is made when the first of them comes, not before
 */
record Route(String topic, boolean realtime, Duration retention, boolean onDemand) {}
