package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are replayed. A set that is empty chooses all.
 *
 * @param types by their names
 * @param aggregates by their ids
 * @param from the first commit time
 * @param to the first commit time behind
 */
public record ReplaySelection(
    Set<String> types,
    Set<String> tenants,
    Set<String> aggregates,
    Optional<Instant> from,
    Optional<Instant> to) {

  public static final ReplaySelection ALL =
      new ReplaySelection(Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

  public ReplaySelection {
    types = Set.copyOf(types);
    tenants = Set.copyOf(tenants);
    aggregates = Set.copyOf(aggregates);
  }

  /** Only of these types. */
  public ReplaySelection ofTypes(String... names) {
    return new ReplaySelection(Set.of(names), tenants, aggregates, from, to);
  }

  /** Only of these tenants. */
  public ReplaySelection ofTenants(String... ids) {
    return new ReplaySelection(types, Set.of(ids), aggregates, from, to);
  }

  /** Only about these aggregates. */
  public ReplaySelection ofAggregates(String... ids) {
    return new ReplaySelection(types, tenants, Set.of(ids), from, to);
  }

  /** Only what was committed at this time or later. */
  public ReplaySelection from(Instant first) {
    return new ReplaySelection(types, tenants, aggregates, Optional.of(first), to);
  }

  /** Only what was committed before this time. */
  public ReplaySelection to(Instant behind) {
    return new ReplaySelection(types, tenants, aggregates, from, Optional.of(behind));
  }

  boolean isAt(Instant committed) {
    return from.filter(committed::isBefore).isEmpty()
        && to.filter(behind -> !committed.isBefore(behind)).isEmpty();
  }

  boolean chooses(Envelope event) {
    return isAnyOf(types, event.type())
        && isAnyOf(tenants, event.tenantId())
        && isAnyOf(aggregates, event.aggregateId());
  }

  private static boolean isAnyOf(Set<String> chosen, String it) {
    return chosen.isEmpty() || chosen.contains(it);
  }
}
