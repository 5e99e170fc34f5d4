package dev.tailrace.ingest;

import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The table of people on their way to a provider and back. It holds hashes, and the PKCE verifier
 * sealed: whoever reads it can't finish another's way.
 */
final class OAuthStates {

  /** How long a person may take. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  /** A path and nothing that a browser would take for another host. */
  private static final Pattern RETURN_PATH = Pattern.compile("/(?![/\\\\])[!-~&&[^\\\\]]{0,511}");

  private static final Pattern STATE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private OAuthStates() {}

  /**
   * Who connects what.
   *
   * @param redirect the path on the platform to return to
   */
  record Journey(
      OAuthProvider provider, String projectId, String userId, Optional<String> redirect) {}

  /**
   * What a callback finds of a state.
   *
   * @param browserHash in hexadecimal
   */
  record Row(Journey journey, String browserHash, SealedText sealedVerifier, Instant expiresAt) {}

  static boolean isReturnPath(String text) {
    return RETURN_PATH.matcher(text).matches();
  }

  static boolean isState(String text) {
    return STATE.matcher(text).matches();
  }

  /** Where the verifier of this state stands. */
  static Sealing.Place verifierOf(String state) {
    return new Sealing.Place(
        "oauth_state.sealed_verifier", HexFormat.of().formatHex(OAuthSecrets.hash(state)));
  }

  static void keep(
      Connection connection,
      Journey journey,
      String state,
      String browser,
      SealedText verifier,
      Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into oauth_state (state_hash, provider, project_id, user_id, browser_hash,
              sealed_verifier, redirect, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)""")) {
      insert.setBytes(1, OAuthSecrets.hash(state));
      insert.setString(2, journey.provider().id());
      insert.setString(3, journey.projectId());
      insert.setString(4, journey.userId());
      insert.setBytes(5, OAuthSecrets.hash(browser));
      insert.setBytes(6, verifier.bytes());
      insert.setString(7, journey.redirect().orElse(""));
      insert.setObject(8, now.plus(LIFETIME).atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    }
  }

  /** Reads the state and deletes it, in one statement: of two callbacks one finds it. */
  static Optional<Row> take(Connection connection, OAuthProvider provider, String state)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            delete from oauth_state where state_hash = ? and provider = ?
            returning project_id, user_id, redirect, browser_hash, sealed_verifier,
              extract(epoch from expires_at)::bigint""")) {
      delete.setBytes(1, OAuthSecrets.hash(state));
      delete.setString(2, provider.id());
      try (ResultSet row = delete.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Row(
                    new Journey(
                        provider,
                        row.getString(1),
                        row.getString(2),
                        Optional.of(row.getString(3)).filter(path -> !path.isEmpty())),
                    HexFormat.of().formatHex(row.getBytes(4)),
                    SealedText.of(row.getBytes(5)),
                    Instant.ofEpochSecond(row.getLong(6))))
            : Optional.empty();
      }
    }
  }

  /**
   * Deletes some of those that nobody came back with. Each start does; rows that another one is
   * deleting are left to it, so that no start waits for another.
   */
  static void forgetExpired(Connection connection, Instant now) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            delete from oauth_state where state_hash in (
              select state_hash from oauth_state where expires_at < ?
              order by expires_at limit 100 for update skip locked)""")) {
      delete.setObject(1, now.atOffset(ZoneOffset.UTC));
      delete.executeUpdate();
    }
  }
}
