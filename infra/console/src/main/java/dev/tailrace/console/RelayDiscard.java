package dev.tailrace.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code ops relay discard}: leaves rows out of Kafka for good. */
@Command(
    name = "discard",
    description = {
      "Leaves rows of the quarantine out of Kafka for good.",
      "",
      "The outbox keeps them no longer than any other row. The quarantine goes on to",
      "tell which they were and why: ./tailrace ops relay quarantine --all"
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay discard 0199a4c1-7f2e-7a31-9d2b-5f0c6f1e2a3b --reason 'a test of ours'"
    })
final class RelayDiscard implements Callable<Integer> {

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "the row's id, as the list shows it")
  private Set<UUID> ids = new LinkedHashSet<>();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "why, for those who ask later")
  private String reason = "";

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  private final Supplier<DatabaseOfOps> database;
  private final Question question;

  RelayDiscard(Supplier<DatabaseOfOps> database, Question question) {
    this.database = database;
    this.question = question;
  }

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw new ParameterException(spec.commandLine(), "--reason must not be blank");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (!yes) {
      ask(out);
    }
    var report = new SettlingReport(out, spec.commandLine().getErr());
    database
        .get()
        .inStatements(
            connection -> {
              for (UUID id : ids) {
                report.tell(
                    id,
                    QuarantineTable.discard(connection, id, reason.strip()),
                    "is discarded: Kafka never gets it");
              }
              return report;
            });
    return report.failed() ? 1 : 0;
  }

  private void ask(PrintWriter out) {
    List<QuarantinedRow> open =
        database.get().inTransaction(connection -> QuarantineTable.open(connection, ids));
    if (open.isEmpty()) {
      return; // what is to be said of each is said below
    }
    var lines = new ArrayList<List<String>>();
    for (QuarantinedRow row : open) {
      lines.add(
          List.of(
              row.eventId().toString(),
              row.content().type(),
              row.content().tenantId(),
              row.content().aggregateId(),
              row.shortReason()));
    }
    Columns.of(lines).forEach(out::println);
    question.ask(out, "Leave " + Counted.rows(open.size()) + " out of Kafka for good?");
  }
}
