package dev.tailrace.console;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ops relay shards}: shares the tenants among another number of relays. */
@Command(
    name = "shards",
    description = {
      "Shares the tenants among another number of relays, each with a slot of its own.",
      "",
      "The relays of now must be running. They come to their end at one transaction, and",
      "those of then begin behind it: nothing is lost or sent twice, and each tenant keeps",
      "its order. Then start a relay for each shard with RELAY_SHARD=0/N, 1/N, and so on."
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay shards --to 4",
      "  ./tailrace ops relay shards --to 1 --yes"
    })
final class RelayShards implements Callable<Integer> {

  private static final int MOST = 64;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--to", paramLabel = "N", required = true, description = "how many, from 1 to 64")
  private int to;

  @Option(
      names = "--publication",
      paramLabel = "NAME",
      defaultValue = "tailrace_relay",
      description = "the relay's publication, its RELAY_PUBLICATION (default: ${DEFAULT-VALUE})")
  private String publication = "tailrace_relay";

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  private final Supplier<DatabaseOfOps> database;
  private final Supplier<String> slot;
  private final Question question;

  RelayShards(Supplier<DatabaseOfOps> database, Supplier<String> slot, Question question) {
    this.database = database;
    this.slot = slot;
    this.question = question;
  }

  @Override
  public Integer call() {
    if (to < 1 || to > MOST) {
      throw new ParameterException(spec.commandLine(), "--to takes 1 to " + MOST + ", was " + to);
    }
    String base = slot.get();
    PrintWriter out = spec.commandLine().getOut();
    out.println("Slots of then: " + String.join(", ", names(base)));
    out.println("The relays of now come to their end, and rows wait until those of then run.");
    if (!yes) {
      question.ask(out, "Go on with %d shard%s?".formatted(to, to == 1 ? "" : "s"));
    }
    cutOver(base);
    out.println();
    out.println("✓ the relays of now end at this transaction, and drop their slots");
    out.println(
        to == 1
            ? "  Start one relay without RELAY_SHARD. Then look: ./tailrace ops relay status"
            : "  Start a relay for each of RELAY_SHARD=0/%d to %d/%d. Then look: ./tailrace ops relay status"
                .formatted(to, to - 1, to));
    return 0;
  }

  private List<String> names(String base) {
    return IntStream.range(0, to)
        .mapToObj(i -> to == 1 ? base : "%s_%d_of_%d".formatted(base, i, to))
        .toList();
  }

  /** A slot can't be made in a transaction that has written: so each step is one of its own. */
  private void cutOver(String base) {
    DatabaseOfOps ops = database.get();
    ops.inTransaction(
        connection -> answer(connection, "select outbox_publish_shards(?, ?)", publication, to));
    List<String> made =
        names(base).stream()
            .filter(name -> ops.inTransaction(connection -> makeSlot(connection, name)))
            .toList();
    try {
      ops.inTransaction(connection -> answer(connection, "select outbox_cut_over(?, ?)", base, to));
    } catch (CannotException e) {
      made.forEach(name -> ops.inTransaction(connection -> drop(connection, name)));
      throw e;
    }
  }

  /** Whether it was not there; one that a call before this one has left is as good. */
  private static boolean makeSlot(Connection connection, String name) throws SQLException {
    if (Slots.find(connection, name).isPresent()) {
      return false;
    }
    boolean hasFailover = connection.getMetaData().getDatabaseMajorVersion() >= 17;
    return answer(
        connection,
        hasFailover
            ? "select pg_create_logical_replication_slot(?, 'pgoutput', failover => true)"
            : "select pg_create_logical_replication_slot(?, 'pgoutput')",
        name);
  }

  private static boolean drop(Connection connection, String name) throws SQLException {
    return answer(connection, "select pg_drop_replication_slot(?)", name);
  }

  private static boolean answer(Connection connection, String sql, Object... arguments)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        select.setObject(i + 1, arguments[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }
}
