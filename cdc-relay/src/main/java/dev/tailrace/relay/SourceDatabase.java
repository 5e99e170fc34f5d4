package dev.tailrace.relay;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/** What the database is, as it is found at the start of a turn. */
final class SourceDatabase implements Start.Source {

  private final Postgres postgres;
  private final RelayConfig.Slot slot;
  private final Server server;
  private final long writtenUpTo;
  private final String history;
  private final Optional<Server> adopted;
  private final Optional<CutOver> cutOver;
  private final Optional<CutOver> ending;

  private SourceDatabase(
      Postgres postgres, RelayConfig.Slot slot, Server server, long writtenUpTo, String history)
      throws SQLException {
    this.postgres = postgres;
    this.slot = slot;
    this.server = server;
    this.writtenUpTo = writtenUpTo;
    this.history = history;
    this.adopted = adopted(postgres, slot.name());
    this.cutOver = lastCutOver(postgres, slot, "and to_count = " + slot.shard().count());
    this.ending = lastCutOver(postgres, slot, "").filter(it -> it.ends(slot));
  }

  /** Asks it. */
  static SourceDatabase look(Postgres postgres, RelayConfig.Slot slot) throws SQLException {
    try (Connection connection = postgres.connectForReplication();
        Statement statement = connection.createStatement()) {
      Server server;
      long writtenUpTo;
      try (ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
        row.next();
        server = new Server(row.getString("systemid"), row.getInt("timeline"));
        writtenUpTo = LogSequenceNumber.valueOf(row.getString("xlogpos")).asLong();
      }
      String history = server.timeline() == 1 ? "" : history(statement, server.timeline());
      return new SourceDatabase(postgres, slot, server, writtenUpTo, history);
    }
  }

  private static String history(Statement statement, int timeline) throws SQLException {
    try (ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      row.next();
      return new String(row.getBytes("content"), StandardCharsets.UTF_8);
    }
  }

  private static Optional<Server> adopted(Postgres postgres, String slot) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "select system_identifier, timeline from relay_adoption where slot = ?")) {
      select.setString(1, slot);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Server(row.getString(1), row.getInt(2)))
            : Optional.empty();
      }
    }
  }

  @Override
  public Server server() {
    return server;
  }

  /**
   * A server that was set back to an earlier state of its files, and not by a restore, keeps its
   * timeline: it is found out by how far it has written, and if it has caught up by then, by when
   * the last transaction was committed; without commit times, by what the slot sends.
   */
  @Override
  public boolean has(Position.Streaming position) throws SQLException {
    if (position.server().equals(server)) {
      return position.confirmable() <= writtenUpTo
          && (position.last().isEmpty() || mayHaveCommitted(position.last().get()));
    }
    return position.server().systemIdentifier().equals(server.systemIdentifier())
        && position.confirmable() <= Timelines.end(history, position.server().timeline())
        && position
            .last()
            .map(last -> last.commitLsn() < Timelines.end(history, position.server().timeline()))
            .orElse(true);
  }

  /** Where there is no commit time of it, or none any more, it may. */
  private boolean mayHaveCommitted(LastTransaction last) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select case when current_setting('track_commit_timestamp')::boolean
                  then coalesce(pg_xact_commit_timestamp(?::text::xid) = ?::timestamptz, true)
                  else true end\
                """)) {
      select.setLong(1, last.xid());
      select.setString(2, last.committedAt().toString());
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public boolean isAdopted() {
    return adopted.equals(Optional.of(server));
  }

  private static Optional<CutOver> lastCutOver(
      Postgres postgres, RelayConfig.Slot slot, String condition) throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select id, from_count, to_count from relay_cut_over
                where slot = ? %s order by id desc limit 1"""
                    .formatted(condition))) {
      select.setString(1, slot.base());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new CutOver(row.getLong(1), slot.base(), row.getInt(2), row.getInt(3)))
            : Optional.empty();
      }
    }
  }

  @Override
  public Optional<CutOver> cutOver() {
    return cutOver;
  }

  @Override
  public Optional<CutOver> ending() {
    return ending;
  }

  /** A person's word is taken once. */
  void forgetAdoption() throws SQLException {
    if (adopted.isPresent()) {
      try (Connection connection = postgres.connect();
          PreparedStatement delete =
              connection.prepareStatement("delete from relay_adoption where slot = ?")) {
        delete.setString(1, slot.name());
        delete.executeUpdate();
      }
    }
  }
}
