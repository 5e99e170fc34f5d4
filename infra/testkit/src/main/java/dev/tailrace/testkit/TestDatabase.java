package dev.tailrace.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database of one test's own, gone with its replication slots when the test closes it. */
public final class TestDatabase implements AutoCloseable {
  private final PostgresServer server;
  private final String name;
  private final DataSource source;

  private TestDatabase(PostgresServer server, String name) {
    this.server = server;
    this.name = name;
    this.source = source(server, name);
  }

  /** A new database on the shared server. */
  public static TestDatabase create() {
    return createOn(Servers.postgres());
  }

  /** A new database on a server of the test's own, such as one that it is going to kill. */
  public static TestDatabase createOn(PostgresServer server) {
    var name = "t" + UUID.randomUUID().toString().replace("-", "");
    new Sql(source(server, "postgres")).execute("create database " + name);
    return new TestDatabase(server, name);
  }

  public PostgresServer server() {
    return server;
  }

  public String name() {
    return name;
  }

  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  public String user() {
    return server.user();
  }

  public String password() {
    return server.password();
  }

  /** A new connection, which the caller closes. */
  public Connection connect() throws SQLException {
    return source.getConnection();
  }

  /** Opens a connection for each that is asked for. */
  public DataSource dataSource() {
    return source;
  }

  /** See {@link Sql#count}. */
  public long count(String sql, @Nullable Object... arguments) {
    return new Sql(source).count(sql, arguments);
  }

  /** See {@link Sql#strings}. */
  public List<String> strings(String sql, @Nullable Object... arguments) {
    return new Sql(source).strings(sql, arguments);
  }

  /** See {@link Sql#rows}. */
  public List<Map<String, @Nullable Object>> rows(String sql, @Nullable Object... arguments) {
    return new Sql(source).rows(sql, arguments);
  }

  /** See {@link Sql#execute}. */
  public int execute(String sql, @Nullable Object... arguments) {
    return new Sql(source).execute(sql, arguments);
  }

  @Override
  public void close() {
    var admin = new Sql(source(server, "postgres"));
    Await.until("no replication slot of " + name + " is left", () -> dropSlots(admin));
    admin.execute("drop database if exists " + name + " with (force)");
  }

  /** A slot cannot go while it is read, and its reader takes a moment to end. */
  private boolean dropSlots(Sql admin) {
    admin.execute(
        """
        select pg_terminate_backend(active_pid) from pg_replication_slots
        where database = ? and active_pid is not null
        """,
        name);
    admin.execute(
        """
        select pg_drop_replication_slot(slot_name) from pg_replication_slots
        where database = ? and not active
        """,
        name);
    return admin.count("select count(*) from pg_replication_slots where database = ?", name) == 0;
  }

  private static DataSource source(PostgresServer server, String database) {
    var source = new PGSimpleDataSource();
    source.setURL(server.jdbcUrl(database));
    source.setUser(server.user());
    source.setPassword(server.password());
    return source;
  }
}
