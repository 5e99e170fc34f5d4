package dev.tailrace.consumers.machines;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the table of machines knows of their sandboxes' states, each with its provider's time. */
final class ProviderStates {

  private static final String SELECT =
      """
      select m.id, m.project_id, p.organization_id, m.external_id, m.provider_state, m.provider_state_at
      from machine m join project p on p.id = m.project_id
      where m.provider = ? and\s""";

  private ProviderStates() {}

  /** The machine that a sandbox is; locked until the transaction ends. */
  static Optional<Followed> lock(Connection connection, String provider, String sandboxId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + "m.external_id = ? for update of m")) {
      select.setString(1, provider);
      select.setString(2, sandboxId);
      return read(select).stream().findFirst();
    }
  }

  /** The machines that these sandboxes are. */
  static List<Followed> of(Connection connection, String provider, Collection<String> sandboxIds)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + "m.external_id = any (?) order by m.id")) {
      select.setString(1, provider);
      select.setArray(2, connection.createArrayOf("text", sandboxIds.toArray(String[]::new)));
      return read(select);
    }
  }

  /** The machines that should have a sandbox, as far as is known. */
  static List<Followed> living(Connection connection, String provider) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            SELECT
                + """
                m.external_id is not null and m.state <> 'archived'
                  and m.provider_state is distinct from ?
                order by m.id""")) {
      select.setString(1, provider);
      select.setString(2, Sandboxes.DESTROYED);
      return read(select);
    }
  }

  /** Writes the state of a locked machine's sandbox. */
  static void put(Connection connection, Followed locked, String state, Instant at)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update machine set provider_state = ?, provider_state_at = ?, updated_at = now()
            where id = ?""")) {
      update.setString(1, state);
      update.setObject(2, at.atOffset(ZoneOffset.UTC));
      update.setString(3, locked.machineId());
      update.executeUpdate();
    }
  }

  /** Remembers that the state was still the same then, unless more is known by now. */
  static void stillSo(Connection connection, Followed machine, Instant at) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update machine set provider_state_at = ?
            where id = ? and provider_state = ? and provider_state_at < ?""")) {
      update.setObject(1, at.atOffset(ZoneOffset.UTC));
      update.setString(2, machine.machineId());
      update.setString(3, machine.state().orElse(""));
      update.setObject(4, at.atOffset(ZoneOffset.UTC));
      update.executeUpdate();
    }
  }

  private static List<Followed> read(PreparedStatement select) throws SQLException {
    var all = new ArrayList<Followed>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        all.add(
            new Followed(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getObject(6, OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant)));
      }
    }
    return all;
  }
}
