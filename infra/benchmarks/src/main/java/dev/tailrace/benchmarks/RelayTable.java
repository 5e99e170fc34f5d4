package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The medians of all rounds, as a table with a column for each size of transaction. */
record RelayTable(RelayBench.Plan plan, List<Contestant> contestants, Measured measured) {

  @Override
  public String toString() {
    var lines = new ArrayList<String>();
    lines.add(
        "| what, by the rows of a transaction | "
            + plan.sizes().stream()
                .map(size -> String.format(Locale.ROOT, "%,d", size))
                .collect(Collectors.joining(" | "))
            + " | wanted |");
    lines.add("|---".repeat(plan.sizes().size() + 2) + "|");
    for (Contestant each : contestants) {
      lines.add(
          line(
              "(%s) %s, rows/s".formatted(each.key(), each.name()),
              "%.0f",
              size -> measured.drain(each.key(), size, Drain::rowsPerSecond),
              ""));
    }
    ratio(lines, "a", "b-eos", "at least 2.0");
    ratio(lines, "a", "b", "at least 1.6");
    ratio(lines, "a", "c", "at least 0.6");
    for (Contestant each : contestants) {
      figure(lines, each, "CPU s a million rows", "%.1f", Drain::ownCpu);
      figure(lines, each, "the broker's beside it", "%.1f", Drain::brokerCpu);
      figure(lines, each, "Postgres's beside it", "%.1f", Drain::postgresCpu);
      figure(lines, each, "peak heap, MiB", "%.0f", Drain::peakHeap);
    }
    latencies(lines);
    return String.join("\n", lines);
  }

  /** A table of its own: they are of single rows. */
  private void latencies(List<String> lines) {
    List<Contestant> timed =
        contestants.stream()
            .filter(each -> !Double.isNaN(measured.latency(each.key(), CommitToVisible::p50)))
            .toList();
    if (!timed.isEmpty()) {
      lines.add("");
      lines.add(
          "| from commit to visible, %d rows/s | p50 | p99 | wanted |"
              .formatted(CommitToVisible.PER_SECOND));
      lines.add("|---|---|---|---|");
    }
    for (Contestant each : timed) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| (%s) %s | %.1f ms | %.1f ms | %s |",
              each.key(),
              each.name(),
              measured.latency(each.key(), CommitToVisible::p50),
              measured.latency(each.key(), CommitToVisible::p99),
              each.key().equals("a") ? "p50 under 15 ms, p99 under 60 ms" : ""));
    }
  }

  @FunctionalInterface
  private interface BySize {
    double of(int size);
  }

  private void ratio(List<String> lines, String above, String below, String wanted) {
    if (takesPart(above) && takesPart(below)) {
      lines.add(
          line(
              above + " / " + below,
              "%.2f",
              size ->
                  measured.drain(above, size, Drain::rowsPerSecond)
                      / measured.drain(below, size, Drain::rowsPerSecond),
              wanted));
    }
  }

  private boolean takesPart(String key) {
    return contestants.stream().anyMatch(each -> each.key().equals(key));
  }

  private void figure(
      List<String> lines,
      Contestant contestant,
      String what,
      String form,
      ToDoubleFunction<Drain> figure) {
    lines.add(
        line(
            "(%s) %s".formatted(contestant.key(), what),
            form,
            size -> measured.drain(contestant.key(), size, figure),
            ""));
  }

  private String line(String what, String form, BySize figure, String wanted) {
    return "| "
        + what
        + " | "
        + plan.sizes().stream()
            .map(size -> cell(form, figure.of(size)))
            .collect(Collectors.joining(" | "))
        + " | "
        + wanted
        + " |";
  }

  private static String cell(String form, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, form, value);
  }
}
