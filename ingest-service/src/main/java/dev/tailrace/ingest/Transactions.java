package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Runs the service's transactions: never waits for ever, and repeats what only lost a race.
 *
 * <p>Two requests that append the same dedupe keys in different orders can block one another;
 * Postgres ends one of them, and it is run again.
 */
final class Transactions {

  /** A server that went silent, without closing the connection, is given up after this. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final int ATTEMPTS = 3;

  /** SQL's class of "transaction rollback": deadlock, serialization failure. */
  private static final String LOST_A_RACE = "40";

  private final DataSource database;

  Transactions(DataSource database) {
    this.database = database;
  }

  <T> T run(Database.Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return Database.inTransaction(
            database,
            connection -> {
              connection.setNetworkTimeout(Runnable::run, (int) SILENCE.toMillis());
              return work.in(connection);
            });
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !lostARace(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean lostARace(SQLException e) {
    return Optional.ofNullable(e.getSQLState()).orElse("").startsWith(LOST_A_RACE);
  }
}
