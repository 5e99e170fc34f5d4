package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each contestant did with each size of transaction, round by round. */
final class Drains {

  private record Cell(String contestant, int transactionRows) {}

  private final Map<Cell, List<Drain>> cells = new HashMap<>();

  void add(String contestant, int transactionRows, Drain drain) {
    cells.computeIfAbsent(new Cell(contestant, transactionRows), _ -> new ArrayList<>()).add(drain);
  }

  /** The median of the rounds; NaN where there is none. */
  double median(String contestant, int transactionRows, ToDoubleFunction<Drain> figure) {
    List<Drain> drains = cells.getOrDefault(new Cell(contestant, transactionRows), List.of());
    List<Double> values =
        drains.stream().map(figure::applyAsDouble).filter(value -> !value.isNaN()).toList();
    return values.isEmpty() ? Double.NaN : Median.of(values);
  }
}
