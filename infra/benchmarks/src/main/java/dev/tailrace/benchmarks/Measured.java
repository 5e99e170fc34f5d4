package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each contestant did, round by round. */
final class Measured {

  private record Cell(String contestant, int transactionRows) {}

  private final Map<Cell, List<Drain>> drains = new HashMap<>();
  private final Map<String, List<CommitToVisible>> latencies = new HashMap<>();

  void add(String contestant, int transactionRows, Drain drain) {
    drains
        .computeIfAbsent(new Cell(contestant, transactionRows), _ -> new ArrayList<>())
        .add(drain);
  }

  void add(String contestant, CommitToVisible latency) {
    latencies.computeIfAbsent(contestant, _ -> new ArrayList<>()).add(latency);
  }

  /** The median of the rounds; NaN where there is none. */
  double drain(String contestant, int transactionRows, ToDoubleFunction<Drain> figure) {
    return median(drains.getOrDefault(new Cell(contestant, transactionRows), List.of()), figure);
  }

  /** The median of the rounds; NaN where there is none. */
  double latency(String contestant, ToDoubleFunction<CommitToVisible> figure) {
    return median(latencies.getOrDefault(contestant, List.of()), figure);
  }

  private static <T> double median(List<T> measured, ToDoubleFunction<T> figure) {
    List<Double> values =
        measured.stream().map(figure::applyAsDouble).filter(value -> !value.isNaN()).toList();
    return values.isEmpty() ? Double.NaN : Median.of(values);
  }
}
