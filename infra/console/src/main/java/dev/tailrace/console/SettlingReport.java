package dev.tailrace.console;

import java.io.PrintWriter;
import java.util.UUID;

/** Tells how it went with each row, one line a row, and remembers whether one failed. */
final class SettlingReport {

  private final PrintWriter out;
  private final PrintWriter err;
  private boolean failed;

  SettlingReport(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Tells it.
   *
   * @param done what is said of a row that is settled now, behind its id
   */
  void tell(UUID id, Settling settling, String done) {
    switch (settling) {
      case Settling.Done _ -> out.println("✓ " + id + " " + done);
      case Settling.Absent _ ->
          fail(id, "is not in quarantine: Kafka has taken it after all, or it never was there");
      case Settling.Before(QuarantinedRow.Settled settled) ->
          fail(id, "was " + settled.inWords() + ", and is not back in quarantine since");
      case Settling.WithoutRow _ ->
          fail(
              id,
              "can't be sent, the outbox has it no longer:"
                  + " ./tailrace ops relay discard "
                  + id
                  + " --reason TEXT");
    }
  }

  private void fail(UUID id, String why) {
    failed = true;
    err.println("✗ " + id + " " + why);
  }

  boolean failed() {
    return failed;
  }
}
