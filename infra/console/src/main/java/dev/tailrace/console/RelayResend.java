package dev.tailrace.console;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ops relay resend}: asks the relay for rows of the quarantine once more. */
@Command(
    name = "resend",
    description = {
      "Asks the relay for rows of the quarantine once more.",
      "",
      "Each gets a new place in the commit order, that of this command, and is sent",
      "exactly once. One that Kafka refuses again is back in quarantine, with the",
      "reason."
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay resend 0199a4c1-7f2e-7a31-9d2b-5f0c6f1e2a3b --wait",
      "  ./tailrace ops relay resend --all --type kitchen.task.claimed",
      "  ./tailrace ops relay resend --all --reason-like 'not in the catalogue'"
    })
final class RelayResend implements Callable<Integer> {

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "ID", description = "the row's id, as the list shows it")
  private Set<UUID> ids = new LinkedHashSet<>();

  @Option(names = "--all", description = "every row that waits, the oldest transaction first")
  private boolean all;

  @Option(names = "--type", paramLabel = "TYPE", description = "of all, those of this type")
  private @Nullable String type;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "of all, those of this tenant")
  private @Nullable String tenant;

  @Option(
      names = "--reason-like",
      paramLabel = "TEXT",
      description =
          "of all, those with this in their reason; %% stands for anything, upper and lower case are alike")
  private @Nullable String reason;

  @Option(
      names = "--wait",
      description = "wait until the relay is past them, and tell which are back in quarantine")
  private boolean wait;

  @Option(
      names = "--at-most",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "wait no longer than that (default: ${DEFAULT-VALUE})")
  private int atMost = 30;

  private final Supplier<DatabaseOfOps> database;
  private final Supplier<String> slot;

  RelayResend(Supplier<DatabaseOfOps> database, Supplier<String> slot) {
    this.database = database;
    this.slot = slot;
  }

  @Override
  public Integer call() {
    check();
    return database.get().inStatements(this::resend);
  }

  private void check() {
    if (all && !ids.isEmpty()) {
      throw wrong("name ids or say --all, not both");
    }
    if (!all && ids.isEmpty()) {
      throw wrong("name the rows by their ids, or say --all: ./tailrace ops relay quarantine");
    }
    if (!all && Stream.of(type, tenant, reason).anyMatch(it -> it != null)) {
      throw wrong("--type, --tenant and --reason-like choose of --all");
    }
    if (atMost < 1) {
      throw wrong("--at-most must be at least 1 second");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int resend(Connection connection) throws SQLException {
    PrintWriter out = spec.commandLine().getOut();
    var report = new SettlingReport(out, spec.commandLine().getErr());
    var asked = new ArrayList<UUID>();
    var slots = new LinkedHashSet<String>();
    for (UUID id : all ? matching(connection) : ids) {
      Settling settling = QuarantineTable.resend(connection, id, slot.get());
      if (settling instanceof Settling.Done(String of)) {
        asked.add(id);
        slots.add(of);
      }
      if (!all || settling instanceof Settling.WithoutRow) {
        report.tell(id, settling, "is asked for again");
      }
    }
    if (all) {
      out.println(
          asked.isEmpty()
              ? "No such row waits in quarantine that could be sent."
              : "✓ " + Counted.rows(asked.size()) + " asked for again");
    }
    if (asked.isEmpty()) {
      return report.failed() ? 1 : 0;
    }
    boolean arrived = wait ? await(connection, asked, slots) : watch(connection, slots);
    return report.failed() || !arrived ? 1 : 0;
  }

  private List<UUID> matching(Connection connection) throws SQLException {
    return QuarantineTable.ids(
        connection,
        new QuarantineFilter(
            slot.get(),
            Optional.ofNullable(type),
            Optional.ofNullable(tenant),
            Optional.ofNullable(reason),
            false));
  }

  /** Says what to look at; what becomes of the rows is not known yet. */
  private boolean watch(Connection connection, Set<String> slots) throws SQLException {
    PrintWriter out = spec.commandLine().getOut();
    for (String name : slots) {
      if (!isRead(connection, name)) {
        out.println("! nobody reads slot " + name + " now: they are sent when a relay does");
      }
    }
    out.println();
    out.println("Kafka has them soon, unless one comes back: ./tailrace ops relay quarantine");
    return true;
  }

  private static boolean isRead(Connection connection, String name) throws SQLException {
    return Slots.find(connection, name).filter(it -> it.reader().pid().isPresent()).isPresent();
  }

  /** Answers whether all of them arrived. */
  private boolean await(Connection connection, List<UUID> asked, Set<String> slots)
      throws SQLException {
    PrintWriter out = spec.commandLine().getOut();
    var arrival = new Arrival(connection, asked, slots);
    return switch (arrival.await(Duration.ofSeconds(atMost))) {
      case Arrival.Outcome.Past(List<QuarantinedRow> back) -> {
        if (back.isEmpty()) {
          out.println("✓ the relay is past them, and none came back: Kafka has them");
        }
        for (QuarantinedRow row : back) {
          spec.commandLine()
              .getErr()
              .println("✗ " + row.eventId() + " is back in quarantine: " + row.shortReason());
        }
        yield back.isEmpty();
      }
      case Arrival.Outcome.Late _ -> {
        for (String name : slots) {
          spec.commandLine()
              .getErr()
              .println(
                  "✗ after "
                      + atMost
                      + " s the relay is not past them: slot "
                      + name
                      + (isRead(connection, name) ? " is read, but behind" : " is read by nobody")
                      + ". They stay asked for. See: ./tailrace ops relay status");
        }
        yield false;
      }
    };
  }
}
