package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One side effect: what it follows from, in which order, how it is retried, and what carries it
 * out.
 *
 * @param name what a person sees in the console, in metrics and in dead letters
 * @param lane the scope of order and isolation: effects of one lane run one after another
 * @param delay how long an effect waits before its first try
 * @param fatal what is thrown that no further try would mend
 * @param timeout after which a try is cut off and counts as failed
 */
record Consumer<E extends Event>(
    String name,
    Following<E> following,
    Predicate<Received<E>> when,
    Function<Received<E>, String> lane,
    Duration delay,
    Backoff backoff,
    List<Class<? extends Throwable>> fatal,
    Duration timeout,
    Handler<E> handler) {

  Consumer {
    fatal = List.copyOf(fatal);
  }

  boolean follows(EventType<?> type) {
    return following.follows(type);
  }

  /** Whether a handler that threw this need not be tried again. */
  boolean isFatal(Throwable thrown) {
    return fatal.stream().anyMatch(type -> type.isInstance(thrown));
  }

  /** The event of this envelope, typed. */
  Received<E> read(Envelope envelope, EventType<?> type) throws JsonProcessingException {
    return new Received<>(
        envelope, Json.MAPPER.readValue(envelope.payload(), following.payload(type)));
  }

  /**
   * The lane of this event's effect; empty when it does not pass {@code when}, one that can't be
   * read goes by its aggregate.
   */
  Optional<String> laneOf(Envelope envelope, EventType<?> type) {
    Received<E> received;
    try {
      received = read(envelope, type);
    } catch (JsonProcessingException e) {
      // The attempt reads it again, and buries it with its reason.
      return Optional.of(envelope.aggregateId());
    }
    return when.test(received) ? Optional.of(lane.apply(received)) : Optional.empty();
  }
}
