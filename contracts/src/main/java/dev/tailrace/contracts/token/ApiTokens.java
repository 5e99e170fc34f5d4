package dev.tailrace.contracts.token;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of tokens: made, found, listed and revoked, on a connection of the caller's. */
public final class ApiTokens {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String COLUMNS =
      "select id, name, kind, tenant_id, event_types, machine_id, created_at, revoked_at, hash from api_token";

  private ApiTokens() {}

  /** A token that may be used, with what its text is checked against. */
  public static final class Known {

    private final ApiToken token;
    private final byte[] hash;

    private Known(ApiToken token, byte[] hash) {
      this.token = token;
      this.hash = hash;
    }

    public ApiToken token() {
      return token;
    }

    /**
     * Whether this is the text of the token; takes as long for a wrong one, wherever it differs.
     */
    public boolean isShownBy(TokenText text) {
      return MessageDigest.isEqual(hash, text.hash());
    }

    /** Leaves the hash out. */
    @Override
    public String toString() {
      return token.toString();
    }
  }

  /** What came of a revocation. */
  public enum Revocation {
    REVOKED,
    /** It was revoked before, and still is. */
    REVOKED_BEFORE,
    /** No token has this id. */
    UNKNOWN
  }

  /**
   * Makes a token; its text is not to be had again.
   *
   * @throws SQLException for the daemon of a machine that is not there (SQLSTATE 23503), and when
   *     the database is away
   */
  public static TokenText create(Connection connection, String name, Grant grant, Instant now)
      throws SQLException {
    TokenText text = TokenText.draw(grant.kind(), RANDOM);
    if (insert(connection, text, name, grant, now) == 0) {
      throw new IllegalStateException("another token has drawn the id " + text.id());
    }
    return text;
  }

  /**
   * Sees to it that a token is there whose text everybody knows, for a machine of one's own.
   *
   * @return how many were made: none when one of this id is there, revoked or not
   */
  public static int putWellKnown(
      Connection connection, TokenText text, String name, Grant grant, Instant now)
      throws SQLException {
    return insert(connection, text, name, grant, now);
  }

  private static int insert(
      Connection connection, TokenText text, String name, Grant grant, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into api_token (id, kind, name, hash, tenant_id, event_types, machine_id, created_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do nothing""")) {
      insert.setString(1, text.id());
      insert.setString(2, grant.kind().word());
      insert.setString(3, name);
      insert.setBytes(4, text.hash());
      setText(insert, 5, grant.tenant());
      insert.setNull(6, Types.ARRAY);
      insert.setNull(7, Types.VARCHAR);
      switch (grant) {
        case Grant.Platform _ -> {}
        case Grant.Daemon(String machineId) -> insert.setString(7, machineId);
        case Grant.Publisher publisher -> {
          if (publisher.types().isPresent()) {
            Stream<String> texts = publisher.types().get().stream().map(TypePattern::text);
            insert.setArray(6, connection.createArrayOf("text", texts.toArray()));
          }
        }
      }
      insert.setTimestamp(8, Timestamp.from(now));
      return insert.executeUpdate();
    }
  }

  /** The token of this id, unless it is revoked. */
  public static Optional<Known> find(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(COLUMNS + " where id = ? and revoked_at is null")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Known(token(row), row.getBytes("hash")))
            : Optional.empty();
      }
    }
  }

  /** Every token there ever was, the newest last. */
  public static List<ApiToken> list(Connection connection) throws SQLException {
    var all = new ArrayList<ApiToken>();
    try (PreparedStatement select =
            connection.prepareStatement(COLUMNS + " order by created_at, id");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        all.add(token(row));
      }
    }
    return all;
  }

  /** Ends a token's use; a service that knows it may go on to take it for some seconds. */
  public static Revocation revoke(Connection connection, String id, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update api_token set revoked_at = ? where id = ? and revoked_at is null")) {
      update.setTimestamp(1, Timestamp.from(now));
      update.setString(2, id);
      if (update.executeUpdate() == 1) {
        return Revocation.REVOKED;
      }
    }
    try (PreparedStatement select =
        connection.prepareStatement("select 1 from api_token where id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Revocation.REVOKED_BEFORE : Revocation.UNKNOWN;
      }
    }
  }

  /**
   * Ends the use of all tokens that the daemons of a machine have.
   *
   * @return how many were in use
   */
  public static int revokeOfMachine(Connection connection, String machineId, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update api_token set revoked_at = ? where machine_id = ? and revoked_at is null")) {
      update.setTimestamp(1, Timestamp.from(now));
      update.setString(2, machineId);
      return update.executeUpdate();
    }
  }

  private static ApiToken token(ResultSet row) throws SQLException {
    return new ApiToken(
        row.getString("id"),
        row.getString("name"),
        grant(row),
        row.getTimestamp("created_at").toInstant(),
        Optional.ofNullable(row.getTimestamp("revoked_at")).map(Timestamp::toInstant));
  }

  private static Grant grant(ResultSet row) throws SQLException {
    Optional<String> tenant = Optional.ofNullable(row.getString("tenant_id"));
    String kind = row.getString("kind");
    return switch (kind) {
      case "platform" -> new Grant.Platform(tenant);
      case "daemon" -> new Grant.Daemon(row.getString("machine_id"));
      case "publisher" -> new Grant.Publisher(tenant, types(row));
      default -> throw new SQLException("a token of an unknown kind: " + kind);
    };
  }

  private static Optional<List<TypePattern>> types(ResultSet row) throws SQLException {
    Optional<Array> array = Optional.ofNullable(row.getArray("event_types"));
    return array.isEmpty()
        ? Optional.empty()
        : Optional.of(Stream.of((String[]) array.get().getArray()).map(TypePattern::of).toList());
  }

  private static void setText(PreparedStatement statement, int index, Optional<String> text)
      throws SQLException {
    if (text.isPresent()) {
      statement.setString(index, text.get());
    } else {
      statement.setNull(index, Types.VARCHAR);
    }
  }
}
