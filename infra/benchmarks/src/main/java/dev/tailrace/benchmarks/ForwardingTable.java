package dev.tailrace.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds of deliveries to daemons. */
record ForwardingTable(
    EffectPlan plan,
    List<ForwardingContestant> contestants,
    Measured<EffectLoad, Drain> drains,
    Measured<EffectLoad, PacedEffects> paced) {

  @Override
  public String toString() {
    var table =
        new ResultTable<>(
            "what, by the time that a daemon takes and how many projects there are",
            plan.healthy(),
            EffectLoad::heading);
    for (ForwardingContestant each : contestants) {
      table.row(named(each, "deliveries/s"), "%.0f", load -> rate(each.key(), load), "");
    }
    table.rowOfSome("a / b", "%.1f", load -> rate("a", load) / rate("b", load), "at least 20");
    table.rowOfSome("a / c", "%.2f", load -> rate("a", load) / rate("c", load), "at least 1");
    contestants.forEach(each -> times(table, each));
    contestants.forEach(each -> withDead(table, each));
    contestants.forEach(each -> processors(table, each));
    return table.toString();
  }

  private void times(ResultTable<EffectLoad> table, ForwardingContestant each) {
    timed(table, each, "steady rate, events/s", "%.0f", PacedEffects::perSecond);
    timed(table, each, "from event to delivered, p50 ms", "%.1f", PacedEffects::p50);
    timed(table, each, "the same, p99 ms", "%.1f", PacedEffects::p99);
  }

  private void timed(
      ResultTable<EffectLoad> table,
      ForwardingContestant each,
      String what,
      String form,
      ToDoubleFunction<PacedEffects> figure) {
    table.rowOfSome(named(each, what), form, load -> paced.median(each.key(), load, figure), "");
  }

  private void withDead(ResultTable<EffectLoad> table, ForwardingContestant each) {
    for (EffectLoad dead : plan.loads().stream().filter(EffectLoad::someDead).toList()) {
      String others = "of the living where one of %d is dead".formatted(dead.deadOneIn());
      table.rowOfSome(
          named(each, "deliveries/s " + others),
          "%.0f",
          load -> rate(each.key(), load.withDead(dead.deadOneIn())),
          "");
      table.rowOfSome(
          named(each, "p99 ms " + others),
          "%.1f",
          load -> p99(each, load.withDead(dead.deadOneIn())),
          "");
      table.rowOfSome(
          named(each, "p99 " + others + " / without"),
          "%.2f",
          load -> p99(each, load.withDead(dead.deadOneIn())) / p99(each, load),
          each.key().equals("a") ? "at most 1.1" : "");
    }
  }

  private void processors(ResultTable<EffectLoad> table, ForwardingContestant each) {
    processor(table, each, "CPU s for 100 000 deliveries", Drain::ownCpu);
    processor(table, each, "the broker's beside it", Drain::brokerCpu);
    processor(table, each, "Postgres's beside it", Drain::postgresCpu);
  }

  private void processor(
      ResultTable<EffectLoad> table,
      ForwardingContestant each,
      String what,
      ToDoubleFunction<Drain> aMillion) {
    table.rowOfSome(
        named(each, what), "%.1f", load -> drains.median(each.key(), load, aMillion) / 10, "");
  }

  private static String named(ForwardingContestant each, String what) {
    return "(%s) %s, %s".formatted(each.key(), each.name(), what);
  }

  private double rate(String contestant, EffectLoad load) {
    return drains.median(contestant, load, Drain::perSecond);
  }

  private double p99(ForwardingContestant each, EffectLoad load) {
    return paced.median(each.key(), load, PacedEffects::p99);
  }
}
