package dev.tailrace.effects;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rates of an instance: of each the share that the instance has of the tasks, so that all
 * instances together keep to it and none asks another.
 */
final class Rates {

  /** Beyond these, those at which nobody waits are forgotten. */
  private static final int MOST_REMEMBERED = 10_000;

  private final Clock clock;
  private final int partitions;
  private final Set<Integer> tasks = new HashSet<>();
  private final Map<String, Turns> scopes = new HashMap<>();

  /**
   * @param partitions of the application's inputs: there are as many tasks
   */
  Rates(Clock clock, int partitions) {
    this.clock = clock;
    this.partitions = partitions;
  }

  /** What those wait for who were told their turn. */
  static Awaited turnAt(String scope) {
    return new Awaited("turn", scope);
  }

  synchronized void opened(int task) {
    tasks.add(task);
  }

  synchronized void closed(int task) {
    tasks.remove(task);
  }

  /**
   * Asks whether so many effects may be carried out now, which takes as many permits.
   *
   * @return its turn when not; it keeps its place when it comes then
   */
  synchronized Optional<Instant> heldUntil(String scope, Rate rate, Asking who, int permits) {
    Instant now = clock.instant();
    if (scopes.size() >= MOST_REMEMBERED && !scopes.containsKey(scope)) {
      scopes.values().removeIf(turns -> turns.isForgettable(now));
    }
    // What a closed task has left running may still ask.
    Rate.Pace pace = rate.share(Math.max(1, tasks.size()), partitions);
    return scopes.computeIfAbsent(scope, name -> new Turns()).take(who, permits, pace, now);
  }

  /** How many tasks the instance has. */
  synchronized int tasks() {
    return tasks.size();
  }

  /** Of each scope for which somebody waits how many do. */
  synchronized SortedMap<String, Integer> waiting() {
    var waiting = new TreeMap<String, Integer>();
    scopes.forEach(
        (scope, turns) -> {
          if (turns.size() > 0) {
            waiting.put(scope, turns.size());
          }
        });
    return waiting;
  }

  /** How many scopes are known. */
  synchronized int remembered() {
    return scopes.size();
  }
}
