package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which events end the waiting of a consumer's parked effects.
 *
 * @param key what the event is about, as a parked effect names it; a pure function of the event
 */
record Waking<W extends Event>(Following<W> following, Function<Received<W>, String> key) {

  /** The name under which a parked effect waits: that of the types, which no rename changes. */
  String event() {
    return following.lines().stream().map(EventType::name).collect(Collectors.joining(","));
  }

  /** What this event ends the waiting for; nothing when it can't be read. */
  Optional<Awaited> of(Envelope envelope, EventType<?> type) {
    try {
      return Optional.of(new Awaited(event(), key.apply(following.read(envelope, type))));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
