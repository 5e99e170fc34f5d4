package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.Sealing.Place;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What a machine's daemon and the platform know one another by: the secret that forwards to it are
 * signed with, and its API token.
 *
 * <p>They are kept before the sandbox is made that gets them, so that every try gives it the same;
 * the token, which the database need not know, only until it is there.
 */
final class MachineSecrets {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SIGNING_BYTES = 32;

  private final DataSource database;
  private final Sealing sealing;
  private final Clock clock;

  MachineSecrets(DataSource database, Sealing sealing, Clock clock) {
    this.database = database;
    this.sealing = sealing;
    this.clock = clock;
  }

  /** What came of asking for a machine's secrets. */
  sealed interface Issued {

    /** They are these, on every try. */
    record Secrets(String signing, String token) implements Issued {

      /** Leaves both out. */
      @Override
      public String toString() {
        return "Secrets[left out]";
      }
    }

    /** They are sealed with a key that is not here. */
    record Unopened() implements Issued {}

    /** The machine is at its provider already, or is wanted no more: it gets none. */
    record NotWanted(Machine machine) implements Issued {}

    record UnknownMachine() implements Issued {}
  }

  private record Row(SealedText signing, Optional<SealedText> token) {}

  /**
   * The secrets of a machine that is to be made. The machine is locked meanwhile: who puts it away
   * comes before, and there are none, or after, and they are deleted.
   */
  Issued issue(String machineId) throws SQLException {
    return Database.inTransaction(
        database,
        connection -> {
          Optional<Machine> machine = Machines.lock(connection, machineId);
          if (machine.isEmpty()) {
            return new Issued.UnknownMachine();
          }
          boolean wanted =
              machine.get().state() instanceof MachineState.Starting
                  && machine.get().externalId().isEmpty();
          return wanted ? secrets(connection, machineId) : new Issued.NotWanted(machine.get());
        });
  }

  private Issued secrets(Connection connection, String machineId) throws SQLException {
    insert(connection, machineId);
    Row row = read(connection, machineId);
    Optional<String> signing = sealing.open(row.signing(), signingOf(machineId));
    Optional<String> token =
        row.token().isPresent()
            ? sealing.open(row.token().get(), tokenOf(machineId))
            : Optional.of(newToken(connection, machineId));
    return signing.isEmpty() || token.isEmpty()
        ? new Issued.Unopened()
        : new Issued.Secrets(signing.get(), token.get());
  }

  private void insert(Connection connection, String machineId) throws SQLException {
    byte[] random = new byte[SIGNING_BYTES];
    RANDOM.nextBytes(random);
    String signing = "whsec_" + Base64.getEncoder().encodeToString(random);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into machine_secret (machine_id, sealed_signing) values (?, ?)
            on conflict (machine_id) do nothing""")) {
      insert.setString(1, machineId);
      insert.setBytes(2, sealing.seal(signing, signingOf(machineId)).bytes());
      insert.executeUpdate();
    }
  }

  private static Row read(Connection connection, String machineId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select sealed_signing, sealed_token from machine_secret where machine_id = ?")) {
      select.setString(1, machineId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("BUG: the secret of a locked machine is gone");
        }
        return new Row(
            SealedText.of(row.getBytes(1)),
            Optional.ofNullable(row.getBytes(2)).map(SealedText::of));
      }
    }
  }

  private String newToken(Connection connection, String machineId) throws SQLException {
    String token =
        ApiTokens.create(
                connection, "daemon of " + machineId, new Grant.Daemon(machineId), clock.instant())
            .text();
    try (PreparedStatement update =
        connection.prepareStatement(
            "update machine_secret set sealed_token = ? where machine_id = ?")) {
      update.setBytes(1, sealing.seal(token, tokenOf(machineId)).bytes());
      update.setString(2, machineId);
      update.executeUpdate();
    }
    return token;
  }

  /** The sandbox has its token: nobody else need be able to read it. */
  void delivered(Connection connection, String machineId) throws SQLException {
    change(
        connection,
        "update machine_secret set sealed_token = null where machine_id = ?",
        machineId);
  }

  /**
   * Ends them: what the daemon still sends is refused, and nothing is signed for it any more.
   *
   * @return how many tokens were in use
   */
  int end(Connection connection, String machineId) throws SQLException {
    change(connection, "delete from machine_secret where machine_id = ?", machineId);
    return ApiTokens.revokeOfMachine(connection, machineId, clock.instant());
  }

  private static void change(Connection connection, String sql, String machineId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, machineId);
      statement.executeUpdate();
    }
  }

  private static Place signingOf(String machineId) {
    return new Place("machine_secret.sealed_signing", machineId);
  }

  private static Place tokenOf(String machineId) {
    return new Place("machine_secret.sealed_token", machineId);
  }
}
