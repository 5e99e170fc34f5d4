package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxChange;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Archived;
import dev.tailrace.contracts.event.MachineEvent.Created;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ConsumerSettings;
import dev.tailrace.testkit.RelayedEvent;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machines application between a real Kafka, a real Postgres, and Daytona's stand-in. */
class MachinesIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static final List<Class<? extends Event>> FOLLOWED =
      List.of(
          Created.class,
          Promoted.class,
          ArchiveRequested.class,
          Archived.class,
          SandboxChange.class);

  private final Topics names = new Topics("");
  private TestDatabase database;
  private TestTopics topics;
  private DaytonaStandIn daytona;
  private Service machines;
  private int events;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics = TestTopics.create();
    for (var family : FOLLOWED) {
      for (var type : Catalogue.family(family)) {
        topics.create(names.events(type), 2, Map.of());
      }
    }
    daytona = DaytonaStandIn.start(0, Clock.systemUTC());
    machines = MachinesApplication.start(MachinesConfig.from(environment()), Clock.systemUTC());
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        "insert into project (id, organization_id, name, slug) values ('prj_1', 'org_1', 'One', 'one')");
    database.execute(
        "insert into machine (id, project_id, name, provider) values ('mch_1', 'prj_1', 'one', 'daytona')");
  }

  @AfterEach
  void stop() {
    machines.close();
    daytona.close();
    topics.close();
    database.close();
  }

  private Map<String, String> environment() {
    var environment = ConsumerSettings.of("MACHINES_", database, topics, state);
    environment.put("MACHINES_DAYTONA_API_KEY", DaytonaStandIn.API_KEY);
    environment.put("MACHINES_DAYTONA_URL", daytona.url() + "/api");
    environment.put("MACHINES_DAYTONA_PER_SECOND", "100");
    environment.put("MACHINES_SEALING_KEYS", SealingKeys.fresh());
    environment.put("MACHINES_PUBLIC_URL", "https://api.example.com");
    environment.put("MACHINES_RECONCILE_EVERY", "1s");
    return environment;
  }

  private void arrives(Event event, String machine) {
    var type = Catalogue.of(event.getClass());
    topics.send(
        names.events(type),
        machine,
        new RelayedEvent(
            ++events, type.name(), "org_1", "machine", machine, NOON, Json.write(event)));
  }

  private static Created created() {
    ObjectNode metadata = Json.MAPPER.createObjectNode();
    return new Created("mch_1", "prj_1", "org_1", "one", "daytona", metadata, Optional.empty());
  }

  private List<String> machine(String column) {
    return database.strings("select coalesce(" + column + ", '') from machine");
  }

  private void awaitAppended(String type) {
    Await.until(
        type + " is appended",
        () -> database.count("select count(*) from outbox_event where type = ?", type) > 0);
  }

  @Test
  void aMachineIsMadeAndFollowedAndPutAway() {
    arrives(created(), "mch_1");
    Await.until("it has its sandbox", () -> !machine("external_id").getFirst().isEmpty());
    String sandbox = machine("external_id").getFirst();
    awaitAppended("daytona:sandbox.state.updated");

    database.execute("update machine set state = 'archiving'");
    arrives(
        new ArchiveRequested("mch_1", "daytona", Optional.of(sandbox), "nobody needs it"), "mch_1");
    awaitAppended("machine:archived");
    arrives(new Archived("mch_1", "daytona", Optional.of(sandbox)), "mch_1");
    Await.until(
        "its tokens are revoked",
        () -> database.count("select count(*) from api_token where revoked_at is null") == 0);

    assertThat(machine("state")).containsExactly("archived");
    assertThat(daytona.state(sandbox)).contains("archived");
    assertThat(daytona.created("tailrace-machine", "mch_1")).isEqualTo(1);
  }
}
