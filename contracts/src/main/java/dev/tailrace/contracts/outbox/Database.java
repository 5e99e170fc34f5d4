package dev.tailrace.contracts.outbox;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Schemas;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The Postgres that everything accepted is kept in: how to reach it, and how to bring its tables up
 * to date.
 */
public final class Database {

  private Database() {}

  /** Work within one transaction; its exception rolls everything back. */
  @FunctionalInterface
  public interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /**
   * A pool of connections; the caller closes it. The first connection is made when it is asked for.
   */
  public static HikariDataSource pool(DatabaseConfig config, String name, MeterRegistry meters) {
    return pool(config, name, meters, "");
  }

  /**
   * A pool of connections with settings of their own; the caller closes it.
   *
   * @param options as on the server's command line, such as {@code -c statement_timeout=10s}
   */
  public static HikariDataSource pool(
      DatabaseConfig config, String name, MeterRegistry meters, String options) {
    var hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setConnectionTimeout(config.connectTimeout().toMillis());
    hikari.setInitializationFailTimeout(-1);
    hikari.setAutoCommit(false);
    hikari.addDataSourceProperty("ApplicationName", name);
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    hikari.addDataSourceProperty("connectTimeout", "5");
    hikari.addDataSourceProperty("options", options);
    hikari.setMetricRegistry(meters);
    return new HikariDataSource(hikari);
  }

  /**
   * Runs the work in one transaction of its own: committed when it returns, rolled back when it
   * throws.
   */
  public static <T> T inTransaction(DataSource database, Work<T> work) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.in(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        try {
          connection.rollback();
        } catch (SQLException lost) {
          e.addSuppressed(lost);
        }
        throw e;
      }
    }
  }

  /** What a migration has done. */
  record Migrated(List<String> applied, int inAll, int eventTypes) {}

  /**
   * Brings the tables, and the database's copy of the catalogue, up to date. Safe to run from
   * several processes at once.
   *
   * @return how many migrations there are in all
   */
  public static int migrate(DataSource database) throws SQLException {
    return bringUpToDate(database).inAll();
  }

  static Migrated bringUpToDate(DataSource database) throws SQLException {
    Flyway flyway =
        Flyway.configure()
            .dataSource(database)
            .locations("classpath:db/migration")
            .validateMigrationNaming(true)
            .load();
    List<String> applied =
        flyway.migrate().migrations.stream()
            .map(migration -> "V" + migration.version + " " + migration.description)
            .toList();
    int eventTypes = copyCatalogue(database, Catalogue.types());
    return new Migrated(applied, flyway.info().applied().length, eventTypes);
  }

  /**
   * Types that this binary doesn't know are left alone: they are those of a newer one that has
   * migrated before, and SQL goes on taking them.
   */
  private static int copyCatalogue(DataSource database, List<EventType<?>> types)
      throws SQLException {
    return inTransaction(
        database,
        connection -> {
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  """
                  insert into event_type (name, aggregate_type, realtime, schema) values (?, ?, ?, ?::jsonb)
                  on conflict (name) do update set
                    aggregate_type = excluded.aggregate_type,
                    realtime = excluded.realtime,
                    schema = excluded.schema""")) {
            for (EventType<?> type :
                types.stream().sorted(Comparator.comparing(EventType::name)).toList()) {
              upsert.setString(1, type.name());
              upsert.setString(2, type.aggregateType());
              upsert.setBoolean(3, type.realtime());
              upsert.setString(4, Schemas.of(type));
              upsert.addBatch();
            }
            upsert.executeBatch();
          }
          return types.size();
        });
  }
}
