package dev.tailrace.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.ConfigurationException;
import dev.tailrace.contracts.service.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The database that a command is about: that of the {@code OPS_} variables, or without them that of
 * the pipeline which runs on this machine.
 */
final class DatabaseOfOps {

  private static final String PREFIX = "OPS_";
  private static final String FILE = "up.json";
  private static final String NO_TABLE = "42P01";
  private static final String NO_FUNCTION = "42883";

  private final DatabaseConfig config;

  private DatabaseOfOps(DatabaseConfig config) {
    this.config = config;
  }

  /**
   * Finds it.
   *
   * @param data where a pipeline of this machine keeps its files
   * @throws CannotException when there is neither
   */
  static DatabaseOfOps find(Map<String, String> environment, Path data) {
    boolean isSet = environment.keySet().stream().anyMatch(key -> key.startsWith(PREFIX));
    return new DatabaseOfOps(isSet ? configured(environment) : running(data));
  }

  private static DatabaseConfig configured(Map<String, String> environment) {
    try {
      var settings = new Settings("ops", PREFIX, environment);
      var database = DatabaseConfig.from(settings);
      return settings.build(database);
    } catch (ConfigurationException e) {
      throw new CannotException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Local leaves there where it is; what else it says is not for us. */
  private static DatabaseConfig running(Path data) {
    JsonNode up;
    try {
      up = Json.MAPPER.readTree(data.resolve(FILE).toFile());
    } catch (IOException e) {
      throw notFound(data, e);
    }
    if (ProcessHandle.of(up.path("pid").asLong()).isEmpty()) {
      throw notFound(data, new IOException("its process has ended"));
    }
    return new DatabaseConfig(
        up.path("databaseUrl").asText(),
        up.path("databaseUser").asText(),
        "",
        1,
        Duration.ofSeconds(5));
  }

  private static CannotException notFound(Path data, IOException cause) {
    return new CannotException(
        """
        There is no database to work on: OPS_DB_URL is not set, and no Tailrace runs on %s.
          Set OPS_DB_URL (jdbc:postgresql://host:5432/tailrace), OPS_DB_USER and OPS_DB_PASSWORD,
          or start one here: ./tailrace up"""
            .formatted(data),
        cause);
  }

  /**
   * Does the work in one transaction.
   *
   * @throws CannotException when the database does not answer, or refuses
   */
  <T> T inTransaction(Database.Work<T> work) {
    return connected(pool -> Database.inTransaction(pool, work));
  }

  /**
   * Does the work on one connection, on which each statement is a transaction of its own.
   *
   * @throws CannotException when the database does not answer, or refuses; what was done before
   *     stays
   */
  <T> T inStatements(Database.Work<T> work) {
    return connected(
        pool -> {
          try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(true);
            return work.in(connection);
          }
        });
  }

  private interface Connected<T> {
    T with(DataSource pool) throws SQLException;
  }

  private <T> T connected(Connected<T> work) {
    try (var pool = Database.pool(config.withPoolSize(1), "ops", new SimpleMeterRegistry())) {
      return work.with(pool);
    } catch (SQLException e) {
      throw new CannotException(config + " says: " + firstLine(e) + hint(e), e);
    }
  }

  /** A table or a function that is not there is one of a later migration. */
  private static String hint(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals(NO_TABLE) || state.equals(NO_FUNCTION)
        ? "\n  Its tables are older than this command. Bring them up to date:"
            + " dev.tailrace.contracts.outbox.MigrateMain"
        : "";
  }

  private static String firstLine(SQLException e) {
    Throwable told = e.getCause() == null ? e : e.getCause();
    return String.valueOf(told.getMessage()).lines().findFirst().orElse("nothing");
  }
}
