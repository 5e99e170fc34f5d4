package dev.tailrace.embedded;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The program of another JVM: it starts PostgreSQL, commits a row and says the server's pid. */
final class PostgresOwner {
  private PostgresOwner() {}

  @SuppressWarnings("SystemOut")
  public static void main(String... arguments) throws Exception {
    var postgres = EmbeddedPostgres.start(Path.of(arguments[0]), 0, Map.of());
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl("postgres"), postgres.user(), "");
        var statement = connection.createStatement()) {
      statement.execute("create table made_by_the_other as select 1 as id");
    }
    System.out.println(postgres.pid());
    new CountDownLatch(1).await();
  }
}
