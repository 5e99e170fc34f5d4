package dev.tailrace.benchmarks;

import dev.tailrace.relay.RelayMain;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * (a) Tailrace's relay, with its slot and its topics as it makes them itself. It always writes
 * exactly once.
 *
 * @param jvm options beside those that every contestant has
 * @param settings environment variables beside those that it must have
 */
record RelayContestant(List<String> jvm, Map<String, String> settings) implements Contestant {

  private static final Duration START = Duration.ofSeconds(90);

  RelayContestant {
    jvm = List.copyOf(jvm);
    settings = Map.copyOf(settings);
  }

  @Override
  public String key() {
    return "a";
  }

  @Override
  public String name() {
    return "cdc-relay, exactly once";
  }

  @Override
  public boolean isWhole() {
    return true;
  }

  /** Its first start, on the empty outbox, is where it makes everything. */
  @Override
  public Entry enter(Stage stage, String id, long rows) throws IOException {
    var topics = new FreshTopics(stage.admin(), id + ".");
    var entry = new Started(stage, id, new Slot(stage, id), topics);
    try (var first = entry.process("first-" + id, List.of())) {
      entry.awaitReady(first);
    }
    return entry;
  }

  private final class Started implements Entry {
    private final Stage stage;
    private final String id;
    private final Slot slot;
    private final FreshTopics topics;
    private final int adminPort = ServiceProcess.freePort();

    Started(Stage stage, String id, Slot slot, FreshTopics topics) throws IOException {
      this.stage = stage;
      this.id = id;
      this.slot = slot;
      this.topics = topics;
    }

    @Override
    public ServiceProcess start() throws IOException {
      return process(id, jvm);
    }

    private ServiceProcess process(String name, List<String> options) throws IOException {
      var environment = new HashMap<>(settings);
      environment.put("RELAY_DB_URL", stage.postgres().jdbcUrl("postgres"));
      environment.put("RELAY_DB_USER", stage.postgres().user());
      environment.put("RELAY_KAFKA_BOOTSTRAP", stage.bootstrap());
      environment.put("RELAY_TOPIC_PREFIX", topics.prefix());
      environment.put("RELAY_SLOT", slot.name());
      environment.put("RELAY_ADMIN_PORT", Integer.toString(adminPort));
      return stage.start(name, ServiceProcess.Program.of(RelayMain.class), options, environment);
    }

    private void awaitReady(ServiceProcess process) {
      process.awaitOpen(adminPort);
      var url = URI.create("http://127.0.0.1:%d/health/ready".formatted(adminPort));
      var question = HttpRequest.newBuilder(url).build();
      try (var http = HttpClient.newHttpClient()) {
        Await.until(
            "the relay is ready",
            START,
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("the relay ended: " + process.printed());
              }
              return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
            });
      }
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
      return Optional.of(new Output(topics.prefix(), "ce_id", true));
    }

    @Override
    public void close() {
      slot.drop();
      topics.delete();
    }
  }
}
