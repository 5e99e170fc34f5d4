package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What it took to bring a backlog through, from its first row to its last.
 *
 * @param ownCpu seconds of the contestant's process for a million rows
 * @param brokerCpu of the broker's
 * @param postgresCpu of all of Postgres's
 * @param peakHeap of the contestant's process, in MiB; NaN when it never collected
 */
record Drain(
    double perSecond, double ownCpu, double brokerCpu, double postgresCpu, double peakHeap) {

  private static final long LOOK_AGAIN_NANOS = 10_000_000;
  private static final Duration UNTIL_BEGUN = Duration.ofMinutes(2);
  private static final Duration UNTIL_ENDED = Duration.ofMinutes(15);

  /** What the three have had of the processors at one moment. */
  private record Moment(long nanos, CpuTimes own, CpuTimes broker, CpuTimes postgres) {

    static Moment now(Stage stage, ServiceProcess process) {
      return new Moment(
          System.nanoTime(),
          CpuTimes.ofTree(process.pid()),
          CpuTimes.ofTree(stage.broker().pid()),
          CpuTimes.ofTree(stage.postgres().pid()));
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f rows/s   CPU s a million rows: own %.1f, broker %.1f, Postgres %.1f   peak heap %.0f MiB",
        perSecond,
        ownCpu,
        brokerCpu,
        postgresCpu,
        peakHeap);
  }

  /** Follows a process that is starting on its backlog. */
  static Drain follow(Stage stage, Entry entry, ServiceProcess process, long rows)
      throws IOException {
    return follow(stage, entry, process, rows, UNTIL_ENDED);
  }

  /**
   * Follows a process that is starting on its backlog.
   *
   * @throws IllegalStateException when it is not through within the limit
   */
  static Drain follow(Stage stage, Entry entry, ServiceProcess process, long rows, Duration limit)
      throws IOException {
    await("the first row", UNTIL_BEGUN, entry::hasBegun, process);
    Moment begin = Moment.now(stage, process);
    await("the last row", limit, entry::hasEnded, process);
    Moment end = Moment.now(stage, process);
    double millions = rows / 1e6;
    return new Drain(
        rows * 1e9 / (end.nanos - begin.nanos),
        end.own.secondsSince(begin.own) / millions,
        end.broker.secondsSince(begin.broker) / millions,
        end.postgres.secondsSince(begin.postgres) / millions,
        new GcLog(stage.gcLog(entry.id())).peakHeap().orElse(Double.NaN));
  }

  private static void await(
      String what, Duration limit, BooleanSupplier condition, ServiceProcess process) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s did not come through%s; it printed:%n%s"
                .formatted(
                    what,
                    process.isAlive() ? " within " + limit.toSeconds() + " s" : ", it has ended",
                    process.printed()));
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
