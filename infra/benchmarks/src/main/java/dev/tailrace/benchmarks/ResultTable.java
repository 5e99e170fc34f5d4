package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Figures as a table in Markdown: a row for each figure, a column for each load, and what is wanted
 * at the end.
 */
final class ResultTable<L> {

  private final List<L> loads;
  private final List<String> lines = new ArrayList<>();

  ResultTable(String what, List<L> loads, Function<L, String> heading) {
    this.loads = List.copyOf(loads);
    lines.add(line(what, heading, "wanted"));
    lines.add("|---".repeat(loads.size() + 2) + "|");
  }

  /**
   * Adds a row.
   *
   * @param form how a figure is written, such as {@code %.1f}; NaN is a dash
   */
  void row(String what, String form, ToDoubleFunction<L> figure, String wanted) {
    lines.add(line(what, load -> cell(form, figure.applyAsDouble(load)), wanted));
  }

  /** Adds a row, unless it would have nothing but dashes. */
  void rowOfSome(String what, String form, ToDoubleFunction<L> figure, String wanted) {
    if (loads.stream().anyMatch(load -> !Double.isNaN(figure.applyAsDouble(load)))) {
      row(what, form, figure, wanted);
    }
  }

  private String line(String what, Function<L, String> cell, String wanted) {
    return "| "
        + what
        + " | "
        + loads.stream().map(cell).collect(Collectors.joining(" | "))
        + " | "
        + wanted
        + " |";
  }

  private static String cell(String form, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, form, value);
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
