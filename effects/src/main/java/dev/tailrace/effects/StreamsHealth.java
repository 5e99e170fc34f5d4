package dev.tailrace.effects;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * What Kafka Streams and its threads mean for an application's health. A rebalance, and the
 * restoring of however much state, is no reason to restart: it would begin anew.
 */
record StreamsHealth(Supplier<KafkaStreams.State> state, Watch watch, Clock clock) {

  /** Why only a restart helps, if it does. */
  Optional<String> problemOfLife() {
    KafkaStreams.State now = state.get();
    return switch (now) {
      case ERROR, PENDING_ERROR ->
          Optional.of(
              "Kafka Streams is in state %s and does not come out of it by itself: the log says why"
                  .formatted(now));
      case RUNNING -> watch.hanging(clock.instant());
      case CREATED, REBALANCING, PENDING_SHUTDOWN, NOT_RUNNING -> Optional.empty();
    };
  }

  /** Why nothing can be expected of it now, if that is so. */
  Optional<String> problem() {
    KafkaStreams.State now = state.get();
    return switch (now) {
      case RUNNING -> Optional.empty();
      case REBALANCING ->
          Optional.of("REBALANCING: tasks come or go, or their state is restored from Kafka");
      case CREATED, PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR ->
          Optional.of(now + ": Kafka Streams does not run");
    };
  }
}
