package dev.tailrace.testkit;

import dev.tailrace.embedded.EmbeddedPostgres;

/** Where a PostgreSQL is reached, and as whom: a superuser, who may make databases and slots. */
public record PostgresServer(String host, int port, String user, String password) {

  public static PostgresServer of(EmbeddedPostgres postgres) {
    return new PostgresServer("127.0.0.1", postgres.port(), postgres.user(), "");
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }
}
