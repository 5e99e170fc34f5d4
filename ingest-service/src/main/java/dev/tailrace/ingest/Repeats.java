package dev.tailrace.ingest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * What calls with an {@code Idempotency-Key} were answered, so that a repeat is answered the same.
 *
 * <p>The answer is kept in the transaction of the call itself: there is never an answer without its
 * effect, nor an effect without its answer. Who is at it holds an advisory lock of that
 * transaction, which ends with it: with the commit, with the rollback, and with the process, so
 * that nothing is left behind that would have to be taken over. A process that lives and says
 * nothing loses its transaction, and the lock with it, after {@link #SILENCE}.
 */
final class Repeats {

  /** How long an answer is kept. */
  static final Duration KEPT = Duration.ofHours(24);

  /** Postgres ends a transaction whose process asks nothing for so long. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  private static final HexFormat HEX = HexFormat.of();

  private Repeats() {}

  /**
   * A call that may be a repeat.
   *
   * @param caller the id of the token: the keys of two callers have nothing to do with one another
   * @param requestHash in hex; of the input as we write it, so that spaces don't matter
   */
  record Repeatable(String caller, String key, String procedure, String requestHash) {

    private boolean is(String otherProcedure, byte[] otherHash) {
      return procedure.equals(otherProcedure) && requestHash.equals(HEX.formatHex(otherHash));
    }
  }

  /** What is known of a key. */
  sealed interface Claim {}

  /** Nothing, and nobody else will find out before this transaction has ended. */
  record First() implements Claim {}

  /** The first is still at it. */
  record Running() implements Claim {}

  /** It was answered so. */
  record Answered(int status, String response) implements Claim {}

  /** It was another call. */
  record Other() implements Claim {}

  /** Claims the key for the connection's transaction. */
  static Claim claim(Connection connection, Repeatable call, Instant now) throws SQLException {
    return lock(connection, call) ? before(connection, call, now) : new Running();
  }

  private static boolean lock(Connection connection, Repeatable call) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select pg_try_advisory_xact_lock(hashtextextended(?, 0)),
              set_config('idle_in_transaction_session_timeout', ?, true)""")) {
      select.setString(1, call.caller() + " " + call.key());
      select.setString(2, Long.toString(SILENCE.toMillis()));
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static Claim before(Connection connection, Repeatable call, Instant now)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select procedure, request_hash, status, response from idempotency
            where caller = ? and key = ? and created_at > ? and status is not null""")) {
      select.setString(1, call.caller());
      select.setString(2, call.key());
      select.setTimestamp(3, Timestamp.from(now.minus(KEPT)));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return new First();
        }
        return call.is(row.getString(1), row.getBytes(2))
            ? new Answered(row.getInt(3), row.getString(4))
            : new Other();
      }
    }
  }

  /** Keeps the answer of a call that was the first, over one that is too old to count. */
  static void keep(Connection connection, Repeatable call, int status, String response, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into idempotency (caller, key, procedure, request_hash, status, response, created_at)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (caller, key) do update set procedure = excluded.procedure,
              request_hash = excluded.request_hash, status = excluded.status,
              response = excluded.response, created_at = excluded.created_at""")) {
      insert.setString(1, call.caller());
      insert.setString(2, call.key());
      insert.setString(3, call.procedure());
      insert.setBytes(4, HEX.parseHex(call.requestHash()));
      insert.setInt(5, status);
      insert.setString(6, response);
      insert.setTimestamp(7, Timestamp.from(now));
      insert.executeUpdate();
    }
  }

  /** Deletes what no longer counts; answers how many. */
  static int forget(Connection connection, Instant now) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from idempotency where created_at <= ?")) {
      delete.setTimestamp(1, Timestamp.from(now.minus(KEPT)));
      return delete.executeUpdate();
    }
  }
}
