package dev.tailrace.testkit;

import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL and the Kafka that all tests of this JVM share.
 *
 * <p>Each starts when it is first asked for and stops with the JVM. They are embedded, or in
 * containers with {@code -Dtestkit=containers}.
 */
public final class Servers {
  private static @Nullable PostgresServer postgres;
  private static @Nullable KafkaServer kafka;

  private Servers() {}

  public static synchronized PostgresServer postgres() {
    if (postgres == null) {
      postgres = source().startPostgres();
    }
    return postgres;
  }

  public static synchronized KafkaServer kafka() {
    if (kafka == null) {
      kafka = source().startKafka();
    }
    return kafka;
  }

  private static ServerSource source() {
    return ServerSource.named(System.getProperty("testkit", "embedded"));
  }
}
