package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** The open tasks of an instance, as they are seen from outside their threads. */
final class Watch {

  /** A stream thread that has not gone round for so long hangs. */
  static final Duration LONGEST_TURN = Duration.ofMinutes(5);

  /** By their numbers: one that was not closed when its thread died is replaced. */
  private final ConcurrentMap<Integer, Watched> open = new ConcurrentHashMap<>();

  /** Threads in which a task is being opened, and reads all that is pending. */
  private final Set<String> opening = ConcurrentHashMap.newKeySet();

  /** Opens a task, which may take long, and its thread does not go round meanwhile. */
  void opening(Runnable init) {
    String thread = Thread.currentThread().getName();
    opening.add(thread);
    try {
      init.run();
    } finally {
      opening.remove(thread);
    }
  }

  void opened(Watched task) {
    open.put(task.task(), task);
  }

  /** Its share of everything goes away. */
  void closed(Watched task) {
    open.remove(task.task(), task);
  }

  Collection<Watched> open() {
    return open.values();
  }

  /**
   * What is wrong with the stream threads, if one has tasks and goes round no more. Each turn of
   * one of its tasks is a sign of life.
   */
  Optional<String> hanging(Instant now) {
    Map<String, List<Watched>> threads =
        open.values().stream().collect(Collectors.groupingBy(Watched::thread));
    String hanging =
        threads.entrySet().stream()
            .filter(thread -> !opening.contains(thread.getKey()))
            .sorted(Map.Entry.comparingByKey())
            .flatMap(thread -> hanging(thread.getKey(), thread.getValue(), now).stream())
            .collect(Collectors.joining("; "));
    return hanging.isEmpty() ? Optional.empty() : Optional.of(hanging);
  }

  private static Optional<String> hanging(String thread, List<Watched> tasks, Instant now) {
    Instant last = tasks.stream().map(Watched::lastTurn).max(Comparator.naturalOrder()).orElse(now);
    Duration since = Duration.between(last, now);
    return since.compareTo(LONGEST_TURN) <= 0
        ? Optional.empty()
        : Optional.of(
            "stream thread %s, which has the tasks %s, has not gone round for %d s: a when, lane or wokenBy of a consumer hangs, or Kafka does not answer; a thread dump shows which (jcmd <pid> Thread.print)"
                .formatted(
                    thread,
                    tasks.stream().map(Watched::task).sorted().toList(),
                    since.toSeconds()));
  }
}
