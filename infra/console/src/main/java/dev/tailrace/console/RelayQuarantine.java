package dev.tailrace.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ops relay quarantine}: the rows that Kafka did not take. */
@Command(
    name = "quarantine",
    description = {
      "Lists the rows that Kafka did not take.",
      "",
      "The oldest transaction comes first. They stay in the outbox until they are sent",
      "again or discarded."
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay quarantine",
      "  ./tailrace ops relay quarantine --type kitchen.task.claimed --tenant org_1",
      "  ./tailrace ops relay quarantine --all"
    })
final class RelayQuarantine implements Callable<Integer> {

  private static final List<String> HEAD =
      List.of("ID", "TYPE", "TENANT", "AGGREGATE", "SINCE", "REASON");

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--all", description = "also those that were settled, with what became of them")
  private boolean all;

  @Option(names = "--type", paramLabel = "TYPE", description = "only rows of this type")
  private @Nullable String type;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "only rows of this tenant")
  private @Nullable String tenant;

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "100",
      description = "at most so many (default: ${DEFAULT-VALUE})")
  private int limit = 100;

  private final Supplier<DatabaseOfOps> database;
  private final Supplier<String> slot;

  RelayQuarantine(Supplier<DatabaseOfOps> database, Supplier<String> slot) {
    this.database = database;
    this.slot = slot;
  }

  private record Page(List<QuarantinedRow> rows, long inAll) {}

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
    }
    var filter =
        new QuarantineFilter(
            slot.get(),
            Optional.ofNullable(type),
            Optional.ofNullable(tenant),
            Optional.empty(),
            all);
    Page page =
        database
            .get()
            .inTransaction(
                connection ->
                    new Page(
                        QuarantineTable.list(connection, filter, limit),
                        QuarantineTable.count(connection, filter)));
    PrintWriter out = spec.commandLine().getOut();
    if (page.rows().isEmpty()) {
      out.println(nothing());
      return 0;
    }
    table(page.rows()).forEach(out::println);
    if (page.inAll() > page.rows().size()) {
      out.println(
          "… and " + (page.inAll() - page.rows().size()) + " more: --limit " + page.inAll());
    }
    if (page.rows().stream().anyMatch(row -> row.settled().isEmpty())) {
      out.println();
      out.println("Once the reason is gone:  ./tailrace ops relay resend ID...   or --all");
      out.println("To leave one out of Kafka: ./tailrace ops relay discard ID... --reason TEXT");
    }
    return 0;
  }

  private String nothing() {
    if (type != null || tenant != null) {
      return "No such row is in quarantine.";
    }
    return all ? "No row was ever kept here." : "No row is in quarantine.";
  }

  private List<String> table(List<QuarantinedRow> rows) {
    var lines = new ArrayList<List<String>>();
    lines.add(all ? withSettled(HEAD, "SETTLED") : HEAD);
    for (QuarantinedRow row : rows) {
      List<String> cells =
          List.of(
              row.eventId().toString(),
              row.content().type(),
              row.content().tenantId(),
              row.content().aggregateId(),
              Columns.second(row.at()),
              row.shortReason());
      String settled = row.settled().map(QuarantinedRow.Settled::inWords).orElse("-");
      lines.add(all ? withSettled(cells, settled) : cells);
    }
    return Columns.of(lines);
  }

  /** Before the reason, which is as long as it is. */
  private static List<String> withSettled(List<String> cells, String settled) {
    var with = new ArrayList<>(cells);
    with.add(cells.size() - 1, settled);
    return with;
  }
}
