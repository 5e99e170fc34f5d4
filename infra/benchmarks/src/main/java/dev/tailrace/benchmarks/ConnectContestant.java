package dev.tailrace.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * (b) Kafka Connect, distributed, with Debezium's connector and its Outbox Event Router: what is
 * commonly taken for this.
 *
 * @param classPath where the worker and the connector are
 * @param once whether it writes exactly once
 * @param overrides settings of the connector that take the place of those here
 */
record ConnectContestant(String classPath, boolean once, Map<String, String> overrides)
    implements Contestant {

  private static final String WORKER = "org.apache.kafka.connect.cli.ConnectDistributed";
  private static final Duration START = Duration.ofSeconds(60);
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="STDOUT"/></root>
      </configuration>
      """;

  ConnectContestant {
    overrides = Map.copyOf(overrides);
  }

  @Override
  public String key() {
    return once ? "b-eos" : "b";
  }

  @Override
  public String name() {
    return "Kafka Connect %s, Outbox Event Router of Debezium %s, %s"
        .formatted(
            version("connect-runtime"),
            version("debezium-connect-plugins"),
            once ? "exactly once" : "at least once");
  }

  private String version(String jar) {
    Matcher found = Pattern.compile(jar + "-(\\d[^/]*)[.]jar").matcher(classPath);
    return found.find() ? found.group(1) : "?";
  }

  @Override
  public boolean isWhole() {
    return true;
  }

  @Override
  public Entry enter(Stage stage, String id, long rows) throws SQLException {
    var topics = new FreshTopics(stage.admin(), id + ".").make();
    return new Working(stage, id, new Slot(stage, id.replace('-', '_')).make(), topics);
  }

  private final class Working implements Entry {
    private final Stage stage;
    private final String id;
    private final Slot slot;
    private final FreshTopics topics;

    Working(Stage stage, String id, Slot slot, FreshTopics topics) {
      this.stage = stage;
      this.id = id;
      this.slot = slot;
      this.topics = topics;
    }

    @Override
    public ServiceProcess start() throws IOException {
      int port = ServiceProcess.freePort();
      var settings = new ConnectSettings(stage, slot, topics.prefix(), once);
      Path worker = stage.folder().resolve(id + ".properties");
      Files.write(
          worker,
          settings.worker(port).entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .toList());
      Path logback = stage.folder().resolve("connect-logback.xml");
      Files.writeString(logback, LOGBACK);
      var program = new ServiceProcess.Program(WORKER, List.of(worker.toString()), classPath);
      var process =
          stage.start(id, program, List.of("-Dlogback.configurationFile=" + logback), Map.of());
      process.awaitOpen(port);
      makeConnector(port, settings.connector(overrides));
      return process;
    }

    private void makeConnector(int port, Map<String, String> config) throws IOException {
      var url = URI.create("http://127.0.0.1:%d/connectors/outbox/config".formatted(port));
      var put =
          HttpRequest.newBuilder(url)
              .header("Content-Type", "application/json")
              .PUT(
                  HttpRequest.BodyPublishers.ofString(
                      new ObjectMapper().writeValueAsString(config)))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        Await.until(
            "the connector is made", START, () -> isMade(http.send(put, BodyHandlers.ofString())));
      }
    }

    /** A worker answers before it knows its resources, and while it finds its group. */
    private boolean isMade(HttpResponse<String> answer) {
      return switch (answer.statusCode()) {
        case 200, 201 -> true;
        case 404, 409, 500, 503 -> false;
        default ->
            throw new IllegalStateException(
                "Kafka Connect refused the connector, %d: %s"
                    .formatted(answer.statusCode(), answer.body()));
      };
    }

    @Override
    public boolean hasBegun() {
      return topics.hasBegun();
    }

    @Override
    public boolean hasEnded() {
      return topics.hasEnded();
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Optional<Output> output() {
      return Optional.of(new Output(topics.prefix(), "id", false));
    }

    @Override
    public void close() {
      slot.drop();
      topics.delete();
    }
  }
}
