package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final EffectLoad LOAD = new EffectLoad(Duration.ofMillis(20), 1_000, false);

  @Test
  void hasAColumnForEachLoadAndADashForWhatWasNotMeasured() {
    var table = new ResultTable<>("what", List.of(1, 1_000), size -> size + " rows");
    table.row("speed", "%.1f", size -> size == 1 ? 2.25 : Double.NaN, "at least 2");
    table.rowOfSome("nothing", "%.1f", size -> Double.NaN, "");

    assertThat(table)
        .hasToString(
            """
            | what | 1 rows | 1000 rows | wanted |
            |---|---|---|---|
            | speed | 2.3 | - | at least 2 |""");
  }

  @Test
  void takesTheMedianOfTheRoundsThatHaveAFigure() {
    var measured = new Measured<Integer, Double>();
    for (double each : List.of(5.0, 1.0, 3.0, Double.NaN)) {
      measured.add("a", 10, each);
    }

    assertThat(measured.median("a", 10, figure -> figure)).isEqualTo(3);
    assertThat(measured.median("b", 10, figure -> figure)).isNaN();
    assertThat(measured.median("a", 1, figure -> figure)).isNaN();
  }

  @Test
  void putsTheEffectRuntimeBesideItsPeersWithAndWithoutDeadDestinations() {
    var plan =
        new EffectPlan(1_000, 1, List.of(LOAD, LOAD.withDead()), Duration.ofSeconds(1), 0, 100);
    var drains = new Measured<EffectLoad, Drain>();
    drains.add("a", LOAD, new Drain(20_000, 30, 4, 5, 100));
    drains.add("a", LOAD.withDead(), new Drain(18_000, 30, 4, 5, 100));
    drains.add("c", LOAD, new Drain(25_000, 30, 4, 5, 100));
    drains.add("c", LOAD.withDead(), new Drain(9_000, 30, 4, 5, 100));
    var paced = new Measured<EffectLoad, PacedEffects>();
    paced.add("a", LOAD, new PacedEffects(10_000, 21, 40, 5, 12, 0));
    paced.add("a", LOAD.withDead(), new PacedEffects(10_000, 21, 42, 5, 12, 0));

    String table =
        new EffectTable(plan, List.of(contestant("a"), contestant("c")), drains, paced).toString();

    assertThat(table)
        .startsWith("| what, by the time of a call and how many lanes | 20 ms, 1,000 lanes |")
        .contains("| (a) it, effects/s | 20000 |")
        .contains("| a / c | 0.80 | at least 0.83 |")
        .contains("| a / c there | 2.00 | more than 1 |")
        .contains("| (a) p99 with 1 % dead / without | 1.05 | at most 1.1 |")
        .contains("| (a) call to outcome visible, p99 ms | 12.0 | within 15 |")
        .contains("| (a) CPU s for 100 000 effects | 3.0 |")
        .doesNotContain("a / b")
        .doesNotContain("(c) from append");
  }

  @Test
  void whatDidNotComeThroughCountsAsLongAsItWasWaitedFor() {
    var status = new Status(0, 0, 20, 40, 50);

    var limit = Duration.ofSeconds(15);
    assertThat(PacedEffects.of(100, status, 1_000, 0, limit).p99()).isEqualTo(40);
    assertThat(PacedEffects.of(100, status, 1_000, 11, limit).p99()).isEqualTo(15_000);
    assertThat(PacedEffects.of(100, status, 1_000, 11, limit).p50()).isEqualTo(20);
    assertThat(PacedEffects.of(100, status, 1_000, 501, limit).p50()).isEqualTo(15_000);
  }

  private static EffectContestant contestant(String key) {
    return new EffectContestant(
        key, "it", RuntimeMain.class, false, key.equals("a"), List.of(), Map.of());
  }
}
