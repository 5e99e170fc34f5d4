package dev.tailrace.testkit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A destination that dedupes by the idempotency key carries each effect out once.
 *
 * @param calls what the destination saw of one consumer
 */
public record EffectOnceIdempotent(Collection<Call> calls) implements Guarantee {

  @Override
  public String says() {
    return "every call for an event carries the same key, and no other event's calls do";
  }

  @Override
  public void check() {
    Offenders.mustBeNone(this, manifold(keysByEvent()), "events came with several keys");
    Offenders.mustBeNone(this, manifold(eventsByKey()), "keys came with several events");
  }

  private Map<String, Set<String>> keysByEvent() {
    return calls.stream().collect(groupingBy(Call::eventId, mapping(Call::key, toSet())));
  }

  private Map<String, Set<String>> eventsByKey() {
    return calls.stream().collect(groupingBy(Call::key, mapping(Call::eventId, toSet())));
  }

  private static List<String> manifold(Map<String, Set<String>> values) {
    return values.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
