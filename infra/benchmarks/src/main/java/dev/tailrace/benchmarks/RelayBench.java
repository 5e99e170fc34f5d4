package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A backlog of outbox rows of 1 kB through Tailrace's relay, and through what else does it or a
 * part of it. All on one Postgres that flushes each commit and one broker, one after another; the
 * order rotates from round to round.
 *
 * <p>The backlog of a round is written once: each contestant's slot has been made before, and each
 * drains the same rows.
 */
final class RelayBench {

  /**
   * How it is run.
   *
   * @param rows how many a backlog has
   * @param sizes rows of a transaction, one backlog for each
   */
  record Plan(long rows, int rounds, List<Integer> sizes) {}

  /** The table, and what was wrong with the records that were written. */
  record Outcome(String table, List<String> problems) {}

  private final Plan plan;
  private final List<Contestant> contestants;
  private final PrintStream out;
  private final Drains drains = new Drains();
  private final List<String> problems = new ArrayList<>();
  private final long begin = System.nanoTime();

  RelayBench(Plan plan, List<Contestant> contestants, PrintStream out) {
    this.plan = plan;
    this.contestants = contestants;
    this.out = out;
  }

  /** Measures, telling how it goes. */
  Outcome run() throws IOException, SQLException, InterruptedException {
    try (var stage = Stage.open()) {
      tell("Postgres %s and the broker are up".formatted(stage.postgres().version()));
      var backlog = new Backlog(stage);
      backlog.prepare();
      for (int round = 1; round <= plan.rounds(); round++) {
        for (int size : plan.sizes()) {
          round(stage, backlog, round, size);
        }
      }
    }
    return new Outcome(new RelayTable(plan, contestants, drains).toString(), problems);
  }

  private void round(Stage stage, Backlog backlog, int round, int size)
      throws IOException, SQLException, InterruptedException {
    backlog.clear();
    var entries = new LinkedHashMap<Contestant, Entry>();
    for (Contestant contestant : rotated(round)) {
      String id = "r%d_s%d_%s".formatted(round, size, contestant.key());
      entries.put(contestant, contestant.enter(stage, id, plan.rows()));
    }
    backlog.load(plan.rows(), size);
    tell("round %d: %d rows in transactions of %d wait".formatted(round, plan.rows(), size));
    var told = new StringBuilder();
    for (Map.Entry<Contestant, Entry> each : entries.entrySet()) {
      Contestant contestant = each.getKey();
      Drain drain = drain(stage, contestant, each.getValue());
      drains.add(contestant.key(), size, drain);
      told.append(
          String.format(Locale.ROOT, "  (%s) %.0f/s", contestant.key(), drain.rowsPerSecond()));
    }
    tell("round %d, transactions of %d:%s".formatted(round, size, told));
  }

  private List<Contestant> rotated(int round) {
    var order = new ArrayList<>(contestants);
    Collections.rotate(order, 1 - round);
    return order;
  }

  private Drain drain(Stage stage, Contestant contestant, Entry entry)
      throws IOException, SQLException, InterruptedException {
    tell("  (%s) %s ...".formatted(contestant.key(), contestant.name()));
    stage.execute("checkpoint");
    try (entry) {
      if (entry.hasBegun()) {
        throw new IllegalStateException(entry.id() + " has rows before its start");
      }
      Drain drain;
      try (ServiceProcess process = entry.start()) {
        drain = Drain.follow(stage, entry, process, plan.rows());
      }
      tell("  (%s) %s".formatted(contestant.key(), drain));
      verify(stage, contestant, entry);
      return drain;
    }
  }

  private void verify(Stage stage, Contestant contestant, Entry entry) {
    Optional<String> problem =
        entry
            .output()
            .flatMap(
                output -> Verification.read(stage, output).problem(plan.rows(), output.once()));
    if (problem.isPresent()) {
      String told = "✗ (%s), %s: %s".formatted(contestant.key(), entry.id(), problem.get());
      problems.add(told);
      out.println(told);
    }
  }

  private void tell(String what) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, what);
  }
}
