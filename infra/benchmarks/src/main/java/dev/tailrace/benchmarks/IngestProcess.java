package dev.tailrace.benchmarks;

import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.ingest.IngestMain;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The ingest service as a process of its own. */
final class IngestProcess implements AutoCloseable {

  static final String SECRET = "whsec_benchmark";

  private static final long LIMIT_NANOS = 30_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 20_000_000L;

  private final Process process;
  private final int port;

  private IngestProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it and returns when it takes connections.
   *
   * @param name of the file that its output goes to, in the folder
   * @param options of the JVM, beside those that it always has
   * @param load settings of the service, beside those that it must have
   */
  static IngestProcess start(
      String name,
      Path folder,
      EmbeddedPostgres postgres,
      List<String> options,
      Map<String, String> load)
      throws IOException {
    int port = freePort();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(IngestMain.class.getName());
    var builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(new File(folder.toFile(), name + ".log"));
    builder.environment().keySet().removeIf(key -> key.startsWith("INGEST_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "INGEST_PORT", Integer.toString(port),
                "INGEST_ADMIN_PORT", Integer.toString(freePort()),
                "INGEST_DB_URL", postgres.jdbcUrl("postgres"),
                "INGEST_DB_USER", postgres.user(),
                "INGEST_STRIPE_SECRETS", SECRET));
    builder.environment().putAll(load);
    var started = new IngestProcess(builder.start(), port);
    started.awaitOpen(folder.resolve(name + ".log"));
    return started;
  }

  int port() {
    return port;
  }

  private void awaitOpen(Path log) throws IOException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1_000);
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("the ingest service did not start; its output is in " + log, e);
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
