package dev.tailrace.ingest;

import dev.tailrace.contracts.event.OAuthEvent.Code;
import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The table of sealed tokens. Its times are the database's own, so that which of two things came
 * first does not depend on the clocks of instances.
 */
final class Secrets {

  private Secrets() {}

  /**
   * A secret as it was found.
   *
   * @param organizationId the tenant
   * @param provider who can refresh it, if anybody
   * @param renewedMeanwhile it got a new token after this transaction had begun
   * @param failedMeanwhile its refresh has failed for good after this transaction had begun
   */
  record Row(
      String id,
      String projectId,
      String organizationId,
      String connector,
      Optional<OAuthProvider> provider,
      SealedText sealed,
      Optional<SealedText> sealedRefresh,
      Optional<Instant> expiresAt,
      boolean renewedMeanwhile,
      Optional<Code> failedMeanwhile) {

    Optional<String> token(Sealing sealing) {
      return sealing.open(sealed, accessOf(id));
    }
  }

  static Sealing.Place accessOf(String id) {
    return new Sealing.Place("secret.sealed", id);
  }

  static Sealing.Place refreshOf(String id) {
    return new Sealing.Place("secret.sealed_refresh", id);
  }

  /**
   * Keeps a token of a connection whose row this transaction has locked; answers the secret's id.
   *
   * <p>A token that ends and came without a refresh token leaves the one of before: Google gives
   * one only when the person consents.
   */
  static String keep(
      Connection connection,
      String projectId,
      String connectionId,
      Token token,
      Sealing sealing,
      Instant now)
      throws SQLException {
    String id = idOf(connection, connectionId, token.connector());
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into secret (id, project_id, connection_id, connector, sealed, sealed_refresh, expires_at)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set
              sealed = excluded.sealed,
              sealed_refresh = coalesce(excluded.sealed_refresh,
                case when excluded.expires_at is not null then secret.sealed_refresh end),
              expires_at = excluded.expires_at, updated_at = clock_timestamp(),
              failure = '', failed_at = null""")) {
      insert.setString(1, id);
      insert.setString(2, projectId);
      insert.setString(3, connectionId);
      insert.setString(4, token.connector());
      bind(insert, 5, id, token, sealing, now);
      insert.executeUpdate();
    }
    return id;
  }

  /** The id comes before the row, since what is sealed is bound to it. */
  private static String idOf(Connection connection, String connectionId, String connector)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select coalesce((select id from secret where connection_id = ? and connector = ?),
              'sec_' || replace(uuidv7()::text, '-', ''))""")) {
      select.setString(1, connectionId);
      select.setString(2, connector);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /**
   * Reads a secret and locks it until the transaction ends. Waits for one that has it.
   *
   * @throws SQLException also, with state 55P03, when the wait was longer than the patience
   */
  static Optional<Row> lock(Connection connection, String id, Duration patience)
      throws SQLException {
    try (PreparedStatement limit =
        connection.prepareStatement("select set_config('lock_timeout', ?, true)")) {
      limit.setString(1, patience.toMillis() + "ms");
      limit.execute();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select s.project_id, p.organization_id, s.connector, coalesce(c.provider, ''), s.sealed,
              s.sealed_refresh, s.expires_at, s.updated_at >= transaction_timestamp(),
              case when s.failed_at >= transaction_timestamp() then s.failure else '' end
            from secret s join project p on p.id = s.project_id
              left join connection c on c.id = s.connection_id
            where s.id = ? for update of s""")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(id, row)) : Optional.empty();
      }
    }
  }

  private static Row read(String id, ResultSet row) throws SQLException {
    String failure = row.getString(9);
    return new Row(
        id,
        row.getString(1),
        row.getString(2),
        row.getString(3),
        OAuthProvider.of(row.getString(4)),
        SealedText.of(row.getBytes(5)),
        Optional.ofNullable(row.getBytes(6)).map(SealedText::of),
        Optional.ofNullable(row.getObject(7, OffsetDateTime.class)).map(OffsetDateTime::toInstant),
        row.getBoolean(8),
        failure.isEmpty() ? Optional.empty() : Optional.of(Code.valueOf(failure)));
  }

  /** Writes the new token of a secret that {@link #lock} has locked. */
  static void renew(Connection connection, String id, Token token, Sealing sealing, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update secret set sealed = ?, sealed_refresh = ?, expires_at = ?,
              updated_at = clock_timestamp(), failure = '', failed_at = null
            where id = ?""")) {
      bind(update, 1, id, token, sealing, now);
      update.setString(4, id);
      update.executeUpdate();
    }
  }

  /** Writes down that a locked secret can't be refreshed. */
  static void fail(Connection connection, String id, Code code) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update secret set failure = ?, failed_at = clock_timestamp() where id = ?")) {
      update.setString(1, code.name());
      update.setString(2, id);
      update.executeUpdate();
    }
  }

  private static void bind(
      PreparedStatement statement, int first, String id, Token token, Sealing sealing, Instant now)
      throws SQLException {
    statement.setBytes(first, sealing.seal(token.access(), accessOf(id)).bytes());
    if (token.refresh().isPresent()) {
      statement.setBytes(first + 1, sealing.seal(token.refresh().get(), refreshOf(id)).bytes());
    } else {
      statement.setNull(first + 1, Types.BINARY);
    }
    if (token.lifetime().isPresent()) {
      statement.setObject(first + 2, now.plus(token.lifetime().get()).atOffset(ZoneOffset.UTC));
    } else {
      statement.setNull(first + 2, Types.TIMESTAMP_WITH_TIMEZONE);
    }
  }
}
