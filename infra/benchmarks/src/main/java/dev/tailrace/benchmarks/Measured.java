package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What each participant did under each load, round by round.
 *
 * @param <L> a load, such as the rows of a transaction
 * @param <T> what one round gives
 */
final class Measured<L, T> {

  private record Cell<L>(String participant, L load) {}

  private final Map<Cell<L>, List<T>> all = new HashMap<>();

  void add(String participant, L load, T measured) {
    all.computeIfAbsent(new Cell<>(participant, load), _ -> new ArrayList<>()).add(measured);
  }

  /** The median of the rounds; NaN where there is none. */
  double median(String participant, L load, ToDoubleFunction<T> figure) {
    List<Double> values =
        all.getOrDefault(new Cell<>(participant, load), List.of()).stream()
            .map(figure::applyAsDouble)
            .filter(value -> !value.isNaN())
            .toList();
    return values.isEmpty() ? Double.NaN : Median.of(values);
  }
}
