package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
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
   * @param paced how long single rows are timed after the last size; zero for not at all
   */
  record Plan(long rows, int rounds, List<Integer> sizes, Duration paced) {

    private boolean isTimed(int size) {
      return paced.isPositive() && size == sizes.getLast();
    }
  }

  /** The table, and what was wrong with the records that were written. */
  record Outcome(String table, List<String> problems) {}

  private static final long WARM_UP_ROWS = 400_000;

  private final Plan plan;
  private final List<Contestant> contestants;
  private final PrintStream out;
  private final Measured<Integer, Drain> drains = new Measured<>();
  private final Measured<Integer, CommitToVisible> latencies = new Measured<>();
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
      warmUp(stage, backlog);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (int size : plan.sizes()) {
          round(stage, backlog, round, size);
        }
      }
    }
    return new Outcome(new RelayTable(plan, contestants, drains, latencies).toString(), problems);
  }

  private void round(Stage stage, Backlog backlog, int round, int size)
      throws IOException, SQLException, InterruptedException {
    backlog.clear();
    Map<Contestant, Entry> entries = enter(stage, round, plan.rows(), size);
    backlog.load(plan.rows(), size);
    tell("round %d: %d rows in transactions of %d wait".formatted(round, plan.rows(), size));
    var told = new StringBuilder();
    for (Map.Entry<Contestant, Entry> each : entries.entrySet()) {
      Contestant contestant = each.getKey();
      Drain drain = drain(stage, contestant, each.getValue(), plan.isTimed(size));
      drains.add(contestant.key(), size, drain);
      told.append(String.format(Locale.ROOT, "  (%s) %.0f/s", contestant.key(), drain.perSecond()));
    }
    tell("round %d, transactions of %d:%s".formatted(round, size, told));
  }

  /** In the round's order; each makes what it needs while the outbox is empty. */
  private Map<Contestant, Entry> enter(Stage stage, int round, long rows, int size)
      throws IOException, SQLException, InterruptedException {
    var entries = new LinkedHashMap<Contestant, Entry>();
    for (Contestant contestant : rotated(round)) {
      String id = "r%d_s%d_%s".formatted(round, size, contestant.key());
      entries.put(contestant, contestant.enter(stage, id, rows));
    }
    return entries;
  }

  private List<Contestant> rotated(int round) {
    var order = new ArrayList<>(contestants);
    Collections.rotate(order, 1 - round);
    return order;
  }

  private Drain drain(Stage stage, Contestant contestant, Entry entry, boolean timed)
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
        tell("  (%s) %s".formatted(contestant.key(), drain));
        if (timed && contestant.isWhole()) {
          time(stage, contestant, entry);
        }
      }
      verify(stage, contestant, entry);
      return drain;
    }
  }

  private void time(Stage stage, Contestant contestant, Entry entry)
      throws SQLException, InterruptedException {
    Entry.Output output = entry.output().orElseThrow();
    CommitToVisible latency = CommitToVisible.measure(stage, output, plan.paced());
    latencies.add(contestant.key(), plan.sizes().getLast(), latency);
    tell("  (%s) %s".formatted(contestant.key(), latency));
    if (latency.perSecond() < 0.95 * CommitToVisible.PER_SECOND) {
      complain(
          "✗ (%s) was timed at %.0f rows/s: the machine did not keep up"
              .formatted(contestant.key(), latency.perSecond()));
    }
  }

  /**
   * Everybody drains a smaller backlog that does not count: else the first of all would be measured
   * with a broker and a Postgres that nobody has used yet.
   */
  private void warmUp(Stage stage, Backlog backlog)
      throws IOException, SQLException, InterruptedException {
    Map<Contestant, Entry> entries = enter(stage, 0, WARM_UP_ROWS, plan.sizes().getFirst());
    backlog.load(WARM_UP_ROWS, plan.sizes().getFirst());
    for (Map.Entry<Contestant, Entry> each : entries.entrySet()) {
      try (Entry entry = each.getValue();
          ServiceProcess process = entry.start()) {
        Drain drain = Drain.follow(stage, entry, process, WARM_UP_ROWS);
        tell("warm-up: (%s) %s".formatted(each.getKey().key(), drain));
      }
    }
  }

  private void verify(Stage stage, Contestant contestant, Entry entry) {
    Optional<String> problem =
        entry
            .output()
            .flatMap(
                output -> Verification.read(stage, output).problem(plan.rows(), output.once()));
    if (problem.isPresent()) {
      complain("✗ (%s), %s: %s".formatted(contestant.key(), entry.id(), problem.get()));
    }
  }

  private void complain(String problem) {
    problems.add(problem);
    out.println(problem);
  }

  private void tell(String what) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, what);
  }
}
