package dev.tailrace.benchmarks;

import java.util.List;

/** The value in the middle, which one slow round does not move. */
final class Median {

  private Median() {}

  /** Of two in the middle, their mean. */
  static double of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
