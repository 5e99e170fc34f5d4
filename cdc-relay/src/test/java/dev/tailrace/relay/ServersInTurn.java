package dev.tailrace.relay;

import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.Sql;
import dev.tailrace.testkit.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** One address of Postgres, and the servers that stand behind it one after another, by name. */
final class ServersInTurn implements AutoCloseable {

  private final Path root;
  private final TcpProxy address;
  private final Map<String, EmbeddedPostgres> running = new HashMap<>();

  private ServersInTurn(Path root, TcpProxy address) {
    this.root = root;
    this.address = address;
  }

  /** With a first server, at the address. */
  static ServersInTurn start(Path root, String first, Map<String, String> settings)
      throws IOException {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(root.resolve(first), 0, settings);
    var servers = new ServersInTurn(root, TcpProxy.before(postgres.port()));
    servers.running.put(first, postgres);
    return servers;
  }

  PostgresServer address() {
    return new PostgresServer("127.0.0.1", address.port(), "postgres", "");
  }

  /**
   * Starts on the files of that name, which are made when there are none; not yet at the address.
   */
  void start(String name, Map<String, String> settings) {
    running.put(name, EmbeddedPostgres.start(root.resolve(name), 0, settings));
  }

  /** Is reached at the address from now on. */
  void leadTo(String name) {
    address.leadTo(server(name).port());
  }

  int port(String name) {
    return server(name).port();
  }

  void stop(String name) {
    server(name).close();
    running.remove(name);
  }

  void kill(String name) {
    server(name).kill();
    running.remove(name);
  }

  private EmbeddedPostgres server(String name) {
    EmbeddedPostgres server = running.get(name);
    if (server == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return server;
  }

  /** To a server itself, whatever the address leads to. */
  Sql sql(String name) {
    var source = new PGSimpleDataSource();
    source.setURL(server(name).jdbcUrl("postgres"));
    source.setUser("postgres");
    return new Sql(source);
  }

  /** Copies the files of a server that is stopped; those that were there go. */
  void copy(String from, String to) throws IOException {
    Path source = root.resolve(from).resolve("cluster");
    Path target = Files.createDirectories(root.resolve(to)).resolve("cluster");
    delete(target);
    try (var paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Files.copy(
            path, target.resolve(source.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** The files are a standby's when it starts next, until it is promoted. */
  void makeStandby(String name) throws IOException {
    Files.createFile(root.resolve(name).resolve("cluster").resolve("standby.signal"));
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.toList().reversed()) {
          Files.delete(path);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    running.values().forEach(EmbeddedPostgres::close);
    address.close();
  }
}
