package dev.tailrace.contracts.outbox;

import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.service.ServiceMain;
import dev.tailrace.contracts.service.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Brings the database up to date, says what it did, and ends: run before the services of a new
 * release are started. Its settings are those of {@link DatabaseConfig}, under {@code MIGRATE_}.
 */
public final class MigrateMain {

  private static final String NAME = "migrate";

  /** One holds the lock that keeps other migrations out, while the other one works. */
  private static final int CONNECTIONS = 2;

  private MigrateMain() {}

  /** Ends the process with 0 when the database is up to date, else as {@link ServiceMain} says. */
  public static void main(String[] args) {
    ServiceMain.runOnce(MigrateMain::migrate);
  }

  static String migrate(Map<String, String> environment) throws SQLException {
    var settings = new Settings(NAME, "MIGRATE_", environment);
    Supplier<DatabaseConfig> declared = DatabaseConfig.from(settings);
    DatabaseConfig config = settings.build(declared);
    try (HikariDataSource database =
        Database.pool(config.withPoolSize(CONNECTIONS), NAME, new SimpleMeterRegistry())) {
      return told(Database.bringUpToDate(database));
    }
  }

  private static String told(Database.Migrated migrated) {
    var text = new StringBuilder();
    migrated
        .applied()
        .forEach(migration -> text.append("  applied ").append(migration).append('\n'));
    return text.append(
            "✓ the database is up to date: %d of its %d migrations are new, and SQL knows the %d event types of this release"
                .formatted(migrated.applied().size(), migrated.inAll(), migrated.eventTypes()))
        .toString();
  }
}
