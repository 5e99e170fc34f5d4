package dev.tailrace.benchmarks;

import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.ingest.IngestMain;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ingest service as a process of its own. */
final class IngestProcess implements AutoCloseable {

  static final String SECRET = "whsec_benchmark";

  private final ServiceProcess process;
  private final int port;

  private IngestProcess(ServiceProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it and returns when it takes connections.
   *
   * @param name of the file that its output goes to, in the folder
   * @param jvm options of the JVM, beside those that it always has
   * @param load settings of the service, beside those that it must have
   */
  static IngestProcess start(
      String name,
      Path folder,
      EmbeddedPostgres postgres,
      List<String> jvm,
      Map<String, String> load)
      throws IOException {
    int port = ServiceProcess.freePort();
    var environment = new HashMap<>(load);
    environment.put("INGEST_PORT", Integer.toString(port));
    environment.put("INGEST_ADMIN_PORT", Integer.toString(ServiceProcess.freePort()));
    environment.put("INGEST_DB_URL", postgres.jdbcUrl("postgres"));
    environment.put("INGEST_DB_USER", postgres.user());
    environment.put("INGEST_STRIPE_SECRETS", SECRET);
    Path output = folder.resolve(name + ".log");
    var process = ServiceProcess.start(IngestMain.class, jvm, environment, output);
    return new IngestProcess(process.awaitOpen(port), port);
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
