package dev.tailrace.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The medians of all rounds, as a table with a column for each size of transaction.
 *
 * @param latencies of single rows, kept under the last size
 */
record RelayTable(
    RelayBench.Plan plan,
    List<Contestant> contestants,
    Measured<Integer, Drain> drains,
    Measured<Integer, CommitToVisible> latencies) {

  @Override
  public String toString() {
    var table =
        new ResultTable<>(
            "what, by the rows of a transaction",
            plan.sizes(),
            size -> String.format(Locale.ROOT, "%,d", size));
    for (Contestant each : contestants) {
      table.row(
          "(%s) %s, rows/s".formatted(each.key(), each.name()),
          "%.0f",
          size -> drains.median(each.key(), size, Drain::perSecond),
          "");
    }
    ratio(table, "a", "b-eos", "at least 2.0");
    ratio(table, "a", "b", "at least 1.6");
    ratio(table, "a", "c", "at least 0.6");
    for (Contestant each : contestants) {
      figure(table, each, "CPU s a million rows", "%.1f", Drain::ownCpu);
      figure(table, each, "the broker's beside it", "%.1f", Drain::brokerCpu);
      figure(table, each, "Postgres's beside it", "%.1f", Drain::postgresCpu);
      figure(table, each, "peak heap, MiB", "%.0f", Drain::peakHeap);
    }
    return table + timed();
  }

  /** A table of its own: its figures are of single rows. */
  private String timed() {
    List<Contestant> timed =
        contestants.stream()
            .filter(each -> !Double.isNaN(latency(each, CommitToVisible::p50)))
            .toList();
    if (timed.isEmpty()) {
      return "";
    }
    var lines = new StringBuilder("\n\n");
    lines.append(
        "| from commit to visible, %d rows/s | p50 | p99 | wanted |%n|---|---|---|---|"
            .formatted(CommitToVisible.PER_SECOND));
    for (Contestant each : timed) {
      lines.append(
          String.format(
              Locale.ROOT,
              "%n| (%s) %s | %.1f ms | %.1f ms | %s |",
              each.key(),
              each.name(),
              latency(each, CommitToVisible::p50),
              latency(each, CommitToVisible::p99),
              each.key().equals("a") ? "p50 under 15 ms, p99 under 60 ms" : ""));
    }
    return lines.toString();
  }

  private double latency(Contestant contestant, ToDoubleFunction<CommitToVisible> figure) {
    return latencies.median(contestant.key(), plan.sizes().getLast(), figure);
  }

  private void ratio(ResultTable<Integer> table, String above, String below, String wanted) {
    table.rowOfSome(
        above + " / " + below,
        "%.2f",
        size ->
            drains.median(above, size, Drain::perSecond)
                / drains.median(below, size, Drain::perSecond),
        wanted);
  }

  private void figure(
      ResultTable<Integer> table,
      Contestant contestant,
      String what,
      String form,
      ToDoubleFunction<Drain> figure) {
    table.row(
        "(%s) %s".formatted(contestant.key(), what),
        form,
        size -> drains.median(contestant.key(), size, figure),
        "");
  }
}
