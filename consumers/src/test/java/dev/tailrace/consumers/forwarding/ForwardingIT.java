package dev.tailrace.consumers.forwarding;

import static dev.tailrace.consumers.forwarding.Told.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.ConnectionEvent;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.OAuthEvent;
import dev.tailrace.contracts.event.ResendEvent;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.standins.DaemonDelivery;
import dev.tailrace.standins.DaemonStandIn;
import dev.tailrace.standins.ResendStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ConsumerSettings;
import dev.tailrace.testkit.RelayedEvent;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forwarding application between a real Kafka, a real Postgres, and a daemon's stand-in. */
class ForwardingIT {

  private static final List<Class<? extends Event>> FOLLOWED =
      List.of(
          SlackEvent.class,
          ResendEvent.class,
          MachineEvent.class,
          ConnectionEvent.class,
          OAuthEvent.class);

  private final Topics names = new Topics("");
  private final AtomicInteger events = new AtomicInteger();
  private TestDatabase database;
  private TestTopics topics;
  private Platform platform;
  private DaemonStandIn daemon;
  private ResendStandIn resend;
  private Service forwarding;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    platform = new Platform(database);
    platform.person("org_1", "ann@example.com");
    topics = TestTopics.create();
    for (var family : FOLLOWED) {
      for (var type : Catalogue.family(family)) {
        topics.create(names.events(type), 2, Map.of());
      }
    }
    daemon = DaemonStandIn.start(0, Clock.systemUTC(), Platform.SECRET);
    daemon.checkLanes(true);
    resend = ResendStandIn.start(0, Clock.systemUTC());
    forwarding = Forwarding.start(ForwardingConfig.from(environment()), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    forwarding.close();
    resend.close();
    daemon.close();
    topics.close();
    database.close();
  }

  private Map<String, String> environment() {
    var environment = ConsumerSettings.of("FORWARDING_", database, topics, state);
    environment.put("FORWARDING_SEALING_KEYS", platform.keys());
    environment.put("FORWARDING_ALLOWED_NETWORKS", "127.0.0.0/8");
    environment.put("FORWARDING_RESEND_API_KEY", ResendStandIn.API_KEY);
    environment.put("FORWARDING_RESEND_URL", resend.url());
    return environment;
  }

  private void arrives(String project, Event event) {
    var type = Catalogue.of(event.getClass().asSubclass(Event.class));
    topics.send(
        names.events(type),
        project,
        new RelayedEvent(
            events.incrementAndGet(),
            type.name(),
            "org_1",
            "project",
            project,
            Told.NOON,
            Json.write(event)));
  }

  private List<String> texts(String conversation) throws Exception {
    var texts = new java.util.ArrayList<String>();
    for (DaemonDelivery delivery : daemon.deliveries(conversation)) {
      texts.add(Json.read(delivery.body()).path("event").path("text").asText());
    }
    return texts;
  }

  private List<String> attempts() {
    return topics.readAll("effects.attempts").stream()
        .map(attempt -> new String(attempt.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private void awaitTexts(String conversation, List<String> expected) {
    Await.untilAsserted(
        "all of " + conversation + " is there",
        () -> assertThat(texts(conversation)).as("%s", conversation).isEqualTo(expected));
  }

  /** The machine's row is there before its promotion is told, as both are of one transaction. */
  private void isPromoted(String project) {
    String machine = "mch_" + project;
    platform.machine(machine, project, daemon.url());
    arrives(project, new Promoted(project, machine, List.of()));
  }

  @Test
  void aPromotionInTheVeryMomentOfParkingIsNotMissed() {
    Seeds.forEach(
        25,
        seed -> {
          String project = "prj_" + seed.uuid();
          platform.project(project, "org_1");
          long nanos = seed.below(60_000) * 1_000L;
          Thread promotes =
              Thread.ofVirtual()
                  .start(
                      () -> {
                        LockSupport.parkNanos(nanos);
                        isPromoted(project);
                      });
          arrives(project, message(project, "1", "a"));
          arrives(project, message(project, "1", "b"));
          promotes.join();
          awaitTexts(project + "/1", List.of("a", "b"));
        });
  }

  @Test
  void aMachineThatDiesAndComesBackGetsAllInOrder() {
    platform.project("prj_1", "org_1");
    isPromoted("prj_1");
    List<String> threads = List.of("1", "2", "3");
    for (int i = 0; i < 12; i++) {
      if (i == 4) {
        daemon.faults().down();
      }
      arrives("prj_1", message("C1", threads.get(i % 3), "m" + i));
    }
    Await.until(
        "it was missed", () -> attempts().stream().anyMatch(it -> it.contains("\"retry\"")));
    daemon.faults().healthy();

    for (int thread = 0; thread < 3; thread++) {
      int first = thread;
      awaitTexts(
          "C1/" + threads.get(thread),
          IntStream.range(0, 4).mapToObj(i -> "m" + (first + 3 * i)).toList());
    }
    assertThat(daemon.received())
        .as("in the order of their lanes")
        .noneMatch(it -> it.status() == 409);
  }

  @Test
  void whatWaitsOutlivesARestart() {
    platform.project("prj_1", "org_1");
    arrives("prj_1", message("C1", "1", "a"));
    Await.until(
        "it is parked", () -> attempts().stream().anyMatch(it -> it.contains("\"parked\"")));
    forwarding.close();
    isPromoted("prj_1");
    forwarding = Forwarding.start(ForwardingConfig.from(environment()), Clock.systemUTC());

    awaitTexts("C1/1", List.of("a"));
  }
}
