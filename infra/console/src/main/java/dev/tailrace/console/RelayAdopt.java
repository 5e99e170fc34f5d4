package dev.tailrace.console;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ops relay adopt}: a person's word that the relay may go on from this server. */
@Command(
    name = "adopt",
    description = {
      "Lets the relay go on from this server, when it has stopped and asks for that.",
      "",
      "It asks when its position in Kafka is of another server: this is a restored ",
      "database, or a standby that was promoted without having all that Kafka has, or",
      "Kafka is another. Its log says which, and names this command."
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay adopt",
      "  ./tailrace ops relay adopt --slot tailrace_relay_eu --yes",
      "  ./tailrace ops relay adopt --withdraw"
    })
final class RelayAdopt implements Callable<Integer> {

  /** Longer than a relay takes to start and to find that it can't. */
  private static final String PATIENCE = "set local lock_timeout = '15s'";

  private static final String LOCK_TIMEOUT = "55P03";

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  @Option(names = "--withdraw", description = "take back an adoption that no relay has taken yet")
  private boolean withdraw;

  private final Supplier<DatabaseOfOps> database;
  private final Supplier<String> slot;
  private final Question question;

  RelayAdopt(Supplier<DatabaseOfOps> database, Supplier<String> slot, Question question) {
    this.database = database;
    this.slot = slot;
    this.question = question;
  }

  /** What is there before. */
  private record Found(ServerIdentity server, Optional<Slot> slot, boolean hasCommitTimes) {}

  @Override
  public Integer call() {
    if (withdraw && yes) {
      throw new ParameterException(spec.commandLine(), "--withdraw asks nothing: leave --yes out");
    }
    String name = slot.get();
    PrintWriter out = spec.commandLine().getOut();
    return withdraw ? withdraw(name, out) : adopt(name, out);
  }

  private int withdraw(String name, PrintWriter out) {
    boolean was = database.get().inTransaction(connection -> Adoptions.withdraw(connection, name));
    out.println(
        was
            ? "✓ the adoption for slot " + name + " is taken back"
            : "✓ there was no adoption for slot " + name);
    return 0;
  }

  private int adopt(String name, PrintWriter out) {
    Found found = database.get().inTransaction(connection -> look(connection, name));
    follows(name, found, out);
    if (!yes) {
      question.ask(out, "Adopt this server?");
    }
    ServerIdentity adopted = database.get().inTransaction(connection -> put(connection, name));
    out.println();
    out.println("✓ slot " + name + " may go on from " + adopted);
    out.println(
        "  Start the relay: it takes this word once. Then look: ./tailrace ops relay status");
    return 0;
  }

  private static Found look(Connection connection, String name) throws SQLException {
    ServerIdentity server = ServerIdentity.look(connection);
    Optional<Slot> there = Slots.find(connection, name);
    refuseIfInUse(name, there);
    return new Found(server, there, RelayState.look(connection, name).settings().hasCommitTimes());
  }

  private static void refuseIfInUse(String name, Optional<Slot> there) {
    if (there.isEmpty()) {
      return;
    }
    Slot found = there.get();
    if (found.foreign().isPresent()) {
      throw new CannotException(
          "Slot "
              + name
              + " belongs to "
              + found.foreign().get()
              + ", and no relay touches it. Name the relay's with --slot.");
    }
    if (found.reader().pid().isPresent()) {
      throw new CannotException(
          "A relay reads slot "
              + name
              + " now (process "
              + found.reader().pid().getAsInt()
              + " of Postgres): there is nothing to adopt. See: ./tailrace ops relay status");
    }
  }

  private static void follows(String name, Found found, PrintWriter out) {
    out.println("This server is " + found.server() + ".");
    out.println();
    out.println(
        "A relay with slot "
            + name
            + " whose position in Kafka is not of it will, when it starts:");
    out.println(
        found.slot().isPresent()
            ? "  · drop the slot that is here, and make a new one"
            : "  · make a new slot");
    out.println(
        "  · send the rows of the outbox that are not in Kafka, in the order of their commits");
    out.println(
        "  · send nothing twice: what Kafka has is told by its events' ids, for five days back");
    out.println("  · leave in Kafka what Kafka has and this database has lost");
    out.println("  · count seq on from where Kafka ends");
    out.println("Without any position in Kafka it sends the whole outbox, with seq from 1.");
    if (!found.hasCommitTimes()) {
      out.println();
      out.println(
          "! track_commit_timestamp is off: the rows will come in the order in which their"
              + " transactions began.");
    }
    out.println();
  }

  /** The claim keeps a relay from starting meanwhile; one that sends rows is waited for. */
  private static ServerIdentity put(Connection connection, String name) throws SQLException {
    try (Statement patience = connection.createStatement()) {
      patience.execute(PATIENCE);
    }
    try {
      Slots.claim(connection, name);
    } catch (SQLException e) {
      if (LOCK_TIMEOUT.equals(e.getSQLState())) {
        throw new CannotException(
            "A relay is at work on slot "
                + name
                + ": it sends rows from the table, or waits for Kafka. Nothing was put down. If it"
                + " stops and names this command, call it again.",
            e);
      }
      throw e;
    }
    refuseIfInUse(name, Slots.find(connection, name));
    ServerIdentity server = ServerIdentity.look(connection);
    Adoptions.put(connection, name, server);
    return server;
  }
}
