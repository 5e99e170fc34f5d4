package dev.tailrace.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Effects whose calls take a while: through Tailrace's runtime, and through what else makes a call
 * for each record. All on one Postgres that flushes each commit and one broker, one after another;
 * the order rotates from round to round.
 */
final class EffectBench {

  /** The table, and what did not come through. */
  record Outcome(String table, List<String> problems) {}

  /** Writes down what was measured. */
  @FunctionalInterface
  interface Tabulation {
    String of(Measured<EffectLoad, Drain> drains, Measured<EffectLoad, PacedEffects> paced);
  }

  private final EffectPlan plan;
  private final List<Caller> contestants;
  private final Tabulation tabulation;
  private final PrintStream out;
  private final Clock clock;
  private final Measured<EffectLoad, Drain> drains = new Measured<>();
  private final Measured<EffectLoad, PacedEffects> paced = new Measured<>();
  private final List<String> problems = new ArrayList<>();
  private final long begin = System.nanoTime();

  EffectBench(
      EffectPlan plan,
      List<? extends Caller> contestants,
      Tabulation tabulation,
      PrintStream out,
      Clock clock) {
    this.plan = plan;
    this.contestants = List.copyOf(contestants);
    this.tabulation = tabulation;
    this.out = out;
    this.clock = clock;
  }

  /** Measures, telling how it goes. */
  Outcome run() throws IOException, SQLException {
    try (var stage = Stage.open()) {
      tell("Postgres %s and the broker are up".formatted(stage.postgres().version()));
      warmUp(stage);
      for (int round = 1; round <= plan.rounds(); round++) {
        var order = new ArrayList<>(contestants);
        Collections.rotate(order, 1 - round);
        for (Caller each : order) {
          round(stage, round, each);
        }
      }
    }
    return new Outcome(tabulation.of(drains, paced), problems);
  }

  /**
   * Everybody is there once for nothing: else the first of all would be measured with a broker and
   * a Postgres that nobody has used yet.
   */
  private void warmUp(Stage stage) throws IOException, SQLException {
    EffectLoad load = plan.loads().getFirst();
    for (Caller each : contestants) {
      String id = "warm-up_" + each.key();
      try (var run = new EffectRun(stage, each, load, id, plan.concurrency(), clock)) {
        run.warmUp(plan.backlog(each, load));
      }
    }
    tell("everything is warm");
  }

  private void round(Stage stage, int round, Caller contestant) throws IOException, SQLException {
    Map<EffectLoad, Double> rates = new HashMap<>();
    for (int i = 0; i < plan.loads().size(); i++) {
      EffectLoad load = plan.loads().get(i);
      if (!contestant.takes(load)) {
        continue;
      }
      long backlog = plan.backlog(contestant, load);
      tell("round %d: (%s) %s: %d effects".formatted(round, contestant.key(), load, backlog));
      String id = "r%d_l%d_%s".formatted(round, i, contestant.key());
      try (var run = new EffectRun(stage, contestant, load, id, plan.concurrency(), clock)) {
        run.warmUp(plan.warmUp(contestant, load));
        Drain drain = run.drain(backlog);
        tell("  " + told(drain));
        drains.add(contestant.key(), load, drain);
        rates.put(load, drain.perSecond());
        time(run, contestant, load, rates);
      } catch (IllegalStateException e) {
        complain("✗ (%s) %s: %s".formatted(contestant.key(), load, e.getMessage()));
      }
    }
  }

  /** With dead destinations it gets the rate that it had without, so that both can be compared. */
  private void time(
      EffectRun run, Caller contestant, EffectLoad load, Map<EffectLoad, Double> rates) {
    if (plan.paced().isZero()) {
      return;
    }
    double drained = rates.getOrDefault(load.healthy(), rates.getOrDefault(load, 1.0));
    double rate = plan.perSecond() > 0 ? plan.perSecond() : drained / 2;
    PacedEffects timed = run.pace(rate, plan.paced());
    tell("  " + timed);
    paced.add(contestant.key(), load, timed);
  }

  private static String told(Drain drain) {
    return String.format(
        Locale.ROOT,
        "%.0f effects/s   CPU s for 100 000: own %.1f, broker %.1f, Postgres %.1f   peak heap %.0f MiB",
        drain.perSecond(),
        drain.ownCpu() / 10,
        drain.brokerCpu() / 10,
        drain.postgresCpu() / 10,
        drain.peakHeap());
  }

  private void complain(String problem) {
    problems.add(problem);
    out.println(problem);
  }

  private void tell(String what) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, what);
  }
}
