package dev.tailrace.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;

/** Reads a replication slot as a relay would, and confirms nothing: the slot is taken meanwhile. */
public final class SlotReader implements AutoCloseable {

  private final Connection connection;

  private SlotReader(Connection connection) {
    this.connection = connection;
  }

  /** Takes the slot, which must be there and free. */
  public static SlotReader read(TestDatabase database, String slot, String publication)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", database.user());
    properties.setProperty("password", database.password());
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "16");
    Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
    var _ =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(slot)
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", publication)
            .start();
    return new SlotReader(connection);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
