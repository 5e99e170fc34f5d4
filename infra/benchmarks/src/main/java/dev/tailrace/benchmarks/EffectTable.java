package dev.tailrace.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds, as a table with a column for each load. */
record EffectTable(
    EffectPlan plan,
    List<? extends Caller> contestants,
    Measured<EffectLoad, Drain> drains,
    Measured<EffectLoad, PacedEffects> paced) {

  @Override
  public String toString() {
    var table =
        new ResultTable<>(
            "what, by the time of a call and how many lanes", plan.healthy(), EffectLoad::heading);
    for (Caller each : contestants) {
      table.row(
          "(%s) %s, effects/s".formatted(each.key(), each.name()),
          "%.0f",
          load -> rate(each.key(), load),
          each.records() ? "at least 20000 at 20 ms" : "");
    }
    ratio(table, "a", "b", "at least 20 at 100 ms");
    ratio(table, "a", "c", "at least 0.83");
    for (Caller each : contestants) {
      table.rowOfSome(
          "(%s) the others' effects/s where 1 %% of the destinations are dead"
              .formatted(each.key()),
          "%.0f",
          load -> rate(each.key(), load.withDead()),
          "");
    }
    table.rowOfSome(
        "a / c there",
        "%.2f",
        load -> rate("a", load.withDead()) / rate("c", load.withDead()),
        "more than 1");
    contestants.forEach(each -> times(table, each));
    contestants.forEach(each -> processors(table, each));
    return table.toString();
  }

  private void ratio(ResultTable<EffectLoad> table, String above, String below, String wanted) {
    table.rowOfSome(
        above + " / " + below, "%.2f", load -> rate(above, load) / rate(below, load), wanted);
  }

  private double rate(String contestant, EffectLoad load) {
    return drains.median(contestant, load, Drain::perSecond);
  }

  private void times(ResultTable<EffectLoad> table, Caller each) {
    timed(table, each, "steady rate, effects/s", "%.0f", PacedEffects::perSecond, "");
    timed(table, each, "from append to completion, p50 ms", "%.1f", PacedEffects::p50, "");
    timed(table, each, "the same, p99 ms", "%.1f", PacedEffects::p99, "");
    table.rowOfSome(
        "(%s) the others' p50 ms with 1 %% dead".formatted(each.key()),
        "%.1f",
        load -> time(each, load.withDead(), PacedEffects::p50),
        "");
    table.rowOfSome(
        "(%s) the others' p99 ms with 1 %% dead".formatted(each.key()),
        "%.1f",
        load -> time(each, load.withDead(), PacedEffects::p99),
        "");
    table.rowOfSome(
        "(%s) p99 with 1 %% dead / without".formatted(each.key()),
        "%.2f",
        load ->
            time(each, load.withDead(), PacedEffects::p99) / time(each, load, PacedEffects::p99),
        each.records() ? "at most 1.1" : "");
    timed(table, each, "call to outcome visible, p50 ms", "%.1f", PacedEffects::recordedP50, "");
    timed(
        table,
        each,
        "call to outcome visible, p99 ms",
        "%.1f",
        PacedEffects::recordedP99,
        "within 15");
  }

  private void timed(
      ResultTable<EffectLoad> table,
      Caller each,
      String what,
      String form,
      ToDoubleFunction<PacedEffects> figure,
      String wanted) {
    table.rowOfSome(
        "(%s) %s".formatted(each.key(), what), form, load -> time(each, load, figure), wanted);
  }

  private double time(Caller each, EffectLoad load, ToDoubleFunction<PacedEffects> figure) {
    return paced.median(each.key(), load, figure);
  }

  private void processors(ResultTable<EffectLoad> table, Caller each) {
    processor(table, each, "CPU s for 100 000 effects", Drain::ownCpu);
    processor(table, each, "the broker's beside it", Drain::brokerCpu);
    processor(table, each, "Postgres's beside it", Drain::postgresCpu);
  }

  private void processor(
      ResultTable<EffectLoad> table, Caller each, String what, ToDoubleFunction<Drain> aMillion) {
    table.rowOfSome(
        "(%s) %s".formatted(each.key(), what),
        "%.1f",
        load -> drains.median(each.key(), load, aMillion) / 10,
        "");
  }
}
