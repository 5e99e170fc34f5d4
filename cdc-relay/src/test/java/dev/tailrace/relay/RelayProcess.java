package dev.tailrace.relay;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A relay in a process of its own, of a scenario's slot. */
final class RelayProcess implements AutoCloseable {

  private static final List<String> JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

  private final ServiceProcess process;
  private final int adminPort;

  private RelayProcess(ServiceProcess process, int adminPort) {
    this.process = process;
    this.adminPort = adminPort;
  }

  static RelayProcess start(Scenario scenario, String name) throws IOException {
    return start(scenario, name, scenario.database.server().port());
  }

  /**
   * Starts one.
   *
   * @param name of the file in target that gets what it prints
   * @param port where it reaches the database
   */
  static RelayProcess start(Scenario scenario, String name, int port) throws IOException {
    RelayConfig config = scenario.config;
    int adminPort = ServiceProcess.freePort();
    var environment =
        Map.of(
            "RELAY_DB_URL",
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, scenario.database.name()),
            "RELAY_DB_USER", config.database().user(),
            "RELAY_DB_PASSWORD", config.database().password(),
            "RELAY_KAFKA_BOOTSTRAP", config.kafka().bootstrap(),
            "RELAY_TOPIC_PREFIX", config.kafka().topicPrefix(),
            "RELAY_PARTITIONS", Integer.toString(config.kafka().partitions()),
            "RELAY_SLOT", config.slot().name(),
            "RELAY_ADMIN_PORT", Integer.toString(adminPort));
    var process =
        ServiceProcess.start(
            RelayMain.class, JVM, environment, Path.of("target", "relay-" + name + ".log"));
    return new RelayProcess(process.awaitOpen(adminPort), adminPort);
  }

  /** Returns when rows flow through it. */
  RelayProcess awaitReady() {
    Await.until("the relay is ready", () -> readiness().startsWith("200"));
    return this;
  }

  /** Returns when another is at work. */
  RelayProcess awaitStandby() {
    Await.until("the relay stands by", () -> readiness().contains("standing by"));
    return this;
  }

  /** Status and body of its answer whether it is ready. */
  String readiness() throws InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create("http://localhost:%d/health/ready".formatted(adminPort));
      var answer = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      return "no answer: " + e.getMessage();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String printed() {
    return process.printed();
  }

  void freeze() throws IOException {
    process.freeze();
  }

  void thaw() throws IOException {
    process.thaw();
  }

  void kill() {
    process.kill();
  }

  /** Lets it stop in order. */
  void stop() {
    process.close();
  }

  /** Does not wait for what it has under way: a test may leave it frozen. */
  @Override
  public void close() {
    process.kill();
  }
}
