package dev.tailrace.relay;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Single connections to Postgres, each closed by whoever opened it. */
record Postgres(DatabaseConfig config) {

  /** After so many seconds without an answer a connection is taken for dead. */
  static final String ANSWER_SECONDS = "30";

  /** After so long a reader that is silent has lost the slot: a half-open connection holds it. */
  private static final String READER_SILENCE = "-c wal_sender_timeout=10s";

  /** For a few short statements. */
  Connection connect() throws SQLException {
    Properties properties = properties();
    properties.setProperty("socketTimeout", ANSWER_SECONDS);
    return DriverManager.getConnection(config.url(), properties);
  }

  /** For one that may take as long as it takes. */
  Connection connectPatiently() throws SQLException {
    return DriverManager.getConnection(config.url(), properties());
  }

  /** For the replication protocol, which knows a few commands and no parameters. */
  Connection connectForReplication() throws SQLException {
    Properties properties = properties();
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "16");
    properties.setProperty("options", READER_SILENCE);
    Connection connection = DriverManager.getConnection(config.url(), properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set timezone to 'UTC'");
      statement.execute("set datestyle to 'ISO'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Properties properties() {
    var properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty("ApplicationName", "cdc-relay");
    properties.setProperty("connectTimeout", Long.toString(connectSeconds()));
    properties.setProperty("loginTimeout", ANSWER_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  /** The driver counts in seconds, and takes 0 for ever. */
  private long connectSeconds() {
    return Math.max(1, config.connectTimeout().toSeconds());
  }
}
