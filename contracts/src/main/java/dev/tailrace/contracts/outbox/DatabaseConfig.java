package dev.tailrace.contracts.outbox;

import dev.tailrace.contracts.service.Settings;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How to reach Postgres.
 *
 * @param url a JDBC URL, {@code jdbc:postgresql://host:port/database}
 * @param poolSize the most connections that a service holds
 * @param connectTimeout how long a request waits for a connection
 */
public record DatabaseConfig(
    String url, String user, String password, int poolSize, Duration connectTimeout) {

  /**
   * Reads {@code DB_URL}, {@code DB_USER}, {@code DB_PASSWORD}, {@code DB_POOL_SIZE} and {@code
   * DB_TIMEOUT}.
   */
  public static Supplier<DatabaseConfig> from(Settings settings) {
    Supplier<String> url = settings.text("DB_URL", "jdbc:postgresql://db:5432/tailrace");
    Supplier<String> user = settings.text("DB_USER", "tailrace");
    Supplier<String> password = settings.secretOr("DB_PASSWORD", "");
    Supplier<Integer> poolSize = settings.numberOr("DB_POOL_SIZE", 16, 1, 1_000);
    Supplier<Duration> timeout = settings.durationOr("DB_TIMEOUT", Duration.ofSeconds(5));
    return () ->
        new DatabaseConfig(url.get(), user.get(), password.get(), poolSize.get(), timeout.get());
  }

  /** The same database, through a pool of another size. */
  public DatabaseConfig withPoolSize(int connections) {
    return new DatabaseConfig(url, user, password, connections, connectTimeout);
  }

  /**
   * Leaves the password out, so that a logged configuration tells no secret; and the URL's
   * parameters with it, of which one may be a password too.
   */
  @Override
  public String toString() {
    return "DatabaseConfig["
        + url.replaceFirst("\\?.*", "")
        + " as "
        + user
        + ", at most "
        + poolSize
        + " connections]";
  }
}
