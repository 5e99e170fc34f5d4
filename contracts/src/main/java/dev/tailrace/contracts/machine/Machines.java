package dev.tailrace.contracts.machine;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of machines: found, locked and moved from one state to the next, on a connection of the
 * caller's.
 *
 * <p>Whoever moves a machine locks it first, and its project before it: so of two at the same time
 * one sees what the other has done.
 */
public final class Machines {

  private static final String SELECT =
      """
      select m.id, m.project_id, p.organization_id, m.name, m.provider, m.external_id, m.url,
        m.state, m.failure
      from machine m join project p on p.id = m.project_id
      """;

  private Machines() {}

  public static Optional<Machine> find(Connection connection, String id) throws SQLException {
    return first(connection, SELECT + "where m.id = ?", id);
  }

  /** The one machine that serves a project now. */
  public static Optional<Machine> activeOf(Connection connection, String projectId)
      throws SQLException {
    return first(connection, SELECT + "where m.project_id = ? and m.state = 'active'", projectId);
  }

  /** Locks the project and then the machine, until the transaction ends. */
  public static Optional<Machine> lock(Connection connection, String id) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "select 1 from project where id = (select project_id from machine where id = ?) for update")) {
      lock.setString(1, id);
      lock.execute();
    }
    return first(connection, SELECT + "where m.id = ? for update of m", id);
  }

  /** All of a project's, the oldest first; of a project that the caller has locked. */
  public static List<Machine> ofProject(Connection connection, String projectId)
      throws SQLException {
    return all(
        connection,
        SELECT + "where m.project_id = ? order by m.created_at, m.id for update of m",
        projectId);
  }

  /** Writes where a locked machine stands from now on: a state that its state before has led to. */
  public static void move(Connection connection, Machine locked, MachineState next, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update machine set state = ?, failure = ?, updated_at = ?
            where id = ? and state = ?""")) {
      update.setString(1, next.word());
      update.setString(2, next instanceof MachineState.Failed(String reason) ? reason : "");
      update.setObject(3, now.atOffset(ZoneOffset.UTC));
      update.setString(4, locked.id());
      update.setString(5, locked.state().word());
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException(
            "BUG: machine %s was %s and is not any more: lock it before it is moved"
                .formatted(locked.id(), locked.state().word()));
      }
    }
  }

  /**
   * Writes what a locked machine is at its provider.
   *
   * @throws SQLException also when another machine is that already (SQLSTATE 23505)
   */
  public static void identify(Connection connection, Machine locked, String externalId, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update machine set external_id = ?, updated_at = ? where id = ?")) {
      update.setString(1, externalId);
      update.setObject(2, now.atOffset(ZoneOffset.UTC));
      update.setString(3, locked.id());
      update.executeUpdate();
    }
  }

  private static Optional<Machine> first(Connection connection, String sql, String key)
      throws SQLException {
    return all(connection, sql, key).stream().findFirst();
  }

  private static List<Machine> all(Connection connection, String sql, String key)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, key);
      var machines = new ArrayList<Machine>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          machines.add(
              new Machine(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  Optional.ofNullable(row.getString(6)),
                  Optional.ofNullable(row.getString(7)).map(URI::create),
                  MachineState.of(row.getString(8), row.getString(9))));
        }
      }
      return machines;
    }
  }
}
