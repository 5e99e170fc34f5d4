package dev.tailrace.benchmarks;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.ServiceProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * What all contestants meet on: one Postgres that flushes each commit, and one broker in a process
 * of its own.
 *
 * <p>Whatever ends the run, Ctrl-C too, ends every process that was started here, and takes the
 * files away.
 */
final class Stage implements AutoCloseable {

  /** Neither a checkpoint nor a vacuum of what was before may fall into a measurement. */
  private static final Map<String, String> QUIET =
      Map.of(
          "autovacuum", "off",
          "checkpoint_timeout", "1h",
          "max_wal_size", "32GB",
          "shared_buffers", "512MB");

  private final Path folder = Files.createTempDirectory("tailrace-bench");
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final Thread hook = new Thread(this::end, "stage-end");
  private boolean ended;
  private final EmbeddedPostgres postgres;
  private final ServiceProcess broker;
  private final String bootstrap;
  private final Admin admin;

  private Stage() throws IOException, SQLException {
    Runtime.getRuntime().addShutdownHook(hook);
    closing.push(this::deleteFolder);
    try {
      postgres = EmbeddedPostgres.start(folder.resolve("postgres"), 0, QUIET);
      closing.push(postgres::close);
      int port = ServiceProcess.freePort();
      bootstrap = "127.0.0.1:" + port;
      broker = start("broker", broker(port), List.of(), Map.of()).awaitOpen(port);
      admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
      closing.push(admin::close);
      migrate();
    } catch (IOException | SQLException | RuntimeException e) {
      close();
      throw e;
    }
  }

  static Stage open() throws IOException, SQLException {
    return new Stage();
  }

  private ServiceProcess.Program broker(int port) {
    return ServiceProcess.Program.of(
        BrokerMain.class, folder.resolve("kafka").toString(), Integer.toString(port));
  }

  private void migrate() throws SQLException {
    var config =
        new DatabaseConfig(
            postgres.jdbcUrl("postgres"), postgres.user(), "", 2, Duration.ofSeconds(10));
    try (var database = Database.pool(config, "bench", new SimpleMeterRegistry())) {
      Database.migrate(database);
    }
  }

  Path folder() {
    return folder;
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  ServiceProcess broker() {
    return broker;
  }

  String bootstrap() {
    return bootstrap;
  }

  Admin admin() {
    return admin;
  }

  /** A connection of its own, each statement a transaction; the caller closes it. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl("postgres"), postgres.user(), "");
  }

  /** Runs statements, each a transaction. */
  void execute(String... statements) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * Starts a program that ends with the stage at the latest. What it prints, and what its garbage
   * collector tells, go to files of its name.
   */
  synchronized ServiceProcess start(
      String name,
      ServiceProcess.Program program,
      List<String> jvm,
      Map<String, String> environment)
      throws IOException {
    if (ended) {
      throw new IllegalStateException("the run has ended");
    }
    var options = new ArrayList<>(jvm);
    options.add("-Xlog:gc:file=" + gcLog(name));
    var process =
        ServiceProcess.start(program, options, environment, folder.resolve(name + ".log"));
    closing.push(process::kill);
    return process;
  }

  Path gcLog(String name) {
    return folder.resolve(name + ".gc");
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook does this, or has done it.
    }
  }

  private synchronized void end() {
    ended = true;
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }

  private void deleteFolder() {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the folder stays: " + folder, e);
    }
  }
}
