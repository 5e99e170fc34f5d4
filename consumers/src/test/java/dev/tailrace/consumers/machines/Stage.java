package dev.tailrace.consumers.machines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.DaytonaEvent;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Created;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.MachineEvent.Replaced;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.OutboxHeaders;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.standins.DaytonaSandbox;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.standins.SvixMessage;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The machines application without Kafka, with Daytona's stand-in, a real Postgres, and what is
 * around it: the procedures of the platform, webhooks as ingest stores them, and a relay of the
 * outbox.
 */
final class Stage implements AutoCloseable {

  static final String PROVISION = "provisionMachine";
  static final String ARCHIVE_OLD = "archiveOldMachines";
  static final String ARCHIVE = "archiveMachine";
  static final String CLEAN_UP = "cleanUpArchivedMachine";
  static final String TRACK_STATE = "trackMachineState";

  static final String API = "https://api.example.com";
  static final Sealing SEALING = Sealing.read(SealingKeys.fresh()).orElseThrow();

  private static final Duration LONGEST_CALL = Duration.ofSeconds(1);
  private static final int PER_SECOND = 1_000;

  /** What the application follows. */
  private static final Set<String> FOLLOWED =
      Set.of(
          "machine:created",
          "machine:promoted",
          "machine:archive.requested",
          "machine:archived",
          "daytona:sandbox.created",
          "daytona:sandbox.state.updated");

  private final Clock clock = Clock.systemUTC();
  private final TestDatabase database = TestDatabase.create();
  private final SettableClock daytonasClock = new SettableClock();
  private final DaytonaStandIn daytona = DaytonaStandIn.start(0, daytonasClock);
  private final DaytonaSandboxes sandboxes;
  private final EffectsDriver machines;
  private final Set<UUID> relayed = new HashSet<>();
  private int seq = 1_000_000;

  Stage(Path state) throws SQLException {
    Database.migrate(database.dataSource());
    sandboxes = new DaytonaSandboxes(at(daytona), clock, LONGEST_CALL, LONGEST_CALL);
    machines =
        EffectsDriver.of(
            MachinesApplication.application(
                database.dataSource(),
                sandboxes,
                new MachinesConfig.Platform(SEALING, API),
                PER_SECOND,
                clock),
            database.dataSource(),
            state);
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
  }

  static MachinesConfig.Daytona at(DaytonaStandIn daytona) {
    return new MachinesConfig.Daytona(
        DaytonaStandIn.API_KEY, URI.create(daytona.url() + "/api"), PER_SECOND);
  }

  TestDatabase database() {
    return database;
  }

  DaytonaStandIn daytona() {
    return daytona;
  }

  SettableClock daytonasClock() {
    return daytonasClock;
  }

  EffectsDriver machines() {
    return machines;
  }

  Reconciliation reconciliation() {
    return new Reconciliation(database.dataSource(), sandboxes, clock);
  }

  void project(String id) {
    database.execute(
        "insert into project (id, organization_id, name, slug) values (?, 'org_1', ?, ?)",
        id,
        id,
        id);
  }

  /** As {@code machine.create}. */
  void wants(String machine, String project) {
    wants(machine, project, "daytona", Json.MAPPER.createObjectNode());
  }

  void wants(String machine, String project, String provider, ObjectNode metadata) {
    inTransaction(
        connection -> {
          try (var insert =
              connection.prepareStatement(
                  "insert into machine (id, project_id, name, provider, metadata) values (?, ?, ?, ?, ?::jsonb)")) {
            insert.setString(1, machine);
            insert.setString(2, project);
            insert.setString(3, machine);
            insert.setString(4, provider);
            insert.setString(5, metadata.toString());
            insert.executeUpdate();
          }
          append(
              connection,
              new Created(
                  machine, project, "org_1", machine, provider, metadata, Optional.of("usr_1")));
          return true;
        });
  }

  /** As {@code machine.reportStatus}; answers whether it was promoted by that. */
  boolean isReady(String machine) {
    return inTransaction(
        connection -> {
          Machine it = Machines.lock(connection, machine).orElseThrow();
          if (!(it.state() instanceof MachineState.Starting starting)) {
            return false;
          }
          var replaced = new ArrayList<Replaced>();
          for (Machine other : Machines.ofProject(connection, it.projectId())) {
            Optional<MachineState> next =
                switch (other.state()) {
                  case MachineState.Active active -> Optional.of(active.putAway());
                  case MachineState.Failed failed -> Optional.of(failed.putAway());
                  case MachineState.Starting _, MachineState.Archiving _, MachineState.Archived _ ->
                      Optional.empty();
                };
            if (next.isPresent()) {
              Machines.move(connection, other, next.get(), clock.instant());
              replaced.add(new Replaced(other.id(), other.provider(), other.externalId()));
            }
          }
          Machines.move(connection, it, starting.promoted(), clock.instant());
          append(connection, new Promoted(it.projectId(), it.id(), replaced));
          return true;
        });
  }

  /** As {@code machine.archive}; answers whether it was possible. */
  boolean archives(String machine) {
    return inTransaction(
        connection -> {
          Machine it = Machines.lock(connection, machine).orElseThrow();
          Optional<MachineState> next =
              switch (it.state()) {
                case MachineState.Starting starting -> Optional.of(starting.putAway());
                case MachineState.Active active -> Optional.of(active.putAway());
                case MachineState.Failed failed -> Optional.of(failed.putAway());
                case MachineState.Archiving _, MachineState.Archived _ -> Optional.empty();
              };
          if (next.isEmpty()) {
            return false;
          }
          Machines.move(connection, it, next.get(), clock.instant());
          append(
              connection,
              new ArchiveRequested(it.id(), it.provider(), it.externalId(), "nobody needs it"));
          return true;
        });
  }

  private void append(Connection connection, Event event) throws SQLException {
    Outbox.append(connection, NewEvent.of("org_1", clock.instant(), event));
  }

  private boolean inTransaction(Database.Work<Boolean> work) {
    try {
      return Database.inTransaction(database.dataSource(), work);
    } catch (SQLException e) {
      throw new AssertionError("a procedure failed: " + e.getMessage(), e);
    }
  }

  /** Hands in what is new in the outbox, and what comes of it, until there is nothing new. */
  void relays() {
    for (List<Envelope> fresh = fresh(); !fresh.isEmpty(); fresh = fresh()) {
      fresh.forEach(machines::arrives);
    }
  }

  /**
   * What the outbox has that was not handed in, in the order of its ids; it counts as handed in.
   */
  List<Envelope> fresh() {
    var fresh = new ArrayList<Envelope>();
    for (Map<String, @Nullable Object> row :
        database.rows(
            """
            select id, type, tenant_id, aggregate_type, aggregate_id, headers, payload,
              (extract(epoch from occurred_at) * 1000000)::bigint as micros
            from outbox_event order by id""")) {
      UUID id = UUID.fromString(text(row, "id"));
      if (relayed.add(id) && FOLLOWED.contains(text(row, "type"))) {
        seq++;
        fresh.add(
            new Envelope(
                id,
                "%019d".formatted(seq),
                text(row, "type"),
                text(row, "tenant_id"),
                text(row, "aggregate_type"),
                text(row, "aggregate_id"),
                Instant.EPOCH.plus(Long.parseLong(text(row, "micros")), ChronoUnit.MICROS),
                OutboxHeaders.read(text(row, "headers")),
                text(row, "payload")));
      }
    }
    return fresh;
  }

  private static String text(Map<String, @Nullable Object> row, String column) {
    return String.valueOf(row.get(column));
  }

  /** Time passes for the effects, and what comes of it is relayed. */
  void passes(Duration time) {
    machines.passes(time);
    relays();
  }

  /** All but what waits for something that a test has to end. */
  void settles() {
    relays();
    for (int i = 0; i < 40 && machines.pending() > 0; i++) {
      passes(Duration.ofMinutes(3));
    }
  }

  /** A webhook of Daytona's, as ingest stores it: of the machine if it is known by then. */
  NewEvent stored(SvixMessage message) {
    ObjectNode raw = object(message.json());
    String sandbox = raw.path("id").asText();
    DaytonaEvent event =
        message.type().equals("sandbox.created")
            ? new SandboxCreated(sandbox, raw.path("state").asText(), time(raw, "createdAt"), raw)
            : new SandboxStateUpdated(
                sandbox,
                Optional.of(raw.path("oldState").asText()),
                raw.path("newState").asText(),
                time(raw, "updatedAt"),
                raw);
    Optional<String> machine =
        database.strings("select id from machine where external_id = ?", sandbox).stream()
            .findFirst();
    String tenant =
        machine.isPresent() ? "org_1" : "daytona/" + raw.path("organizationId").asText();
    NewEvent told = NewEvent.of(tenant, clock.instant(), event);
    return machine.map(id -> told.about("machine", id)).orElse(told);
  }

  private static Instant time(ObjectNode raw, String field) {
    return Instant.parse(raw.path(field).asText());
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) Json.read(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Such as {@code active}. */
  String state(String machine) {
    return database.strings("select state from machine where id = ?", machine).getFirst();
  }

  Optional<String> sandboxOf(String machine) {
    return database
        .strings("select coalesce(external_id, '') from machine where id = ?", machine)
        .stream()
        .filter(id -> !id.isEmpty())
        .findFirst();
  }

  /** All that were ever made for a machine. */
  List<DaytonaSandbox> sandboxesOf(String machine) {
    return daytona.sandboxes().stream()
        .filter(sandbox -> machine.equals(sandbox.labels().get("tailrace-machine")))
        .toList();
  }

  List<String> payloads(String type) {
    return database.strings("select payload from outbox_event where type = ? order by id", type);
  }

  /** How often a path was asked for with this method. */
  long asked(String method, String path) {
    return daytona.requests().list().stream()
        .filter(request -> request.method().equals(method) && request.path().equals(path))
        .count();
  }

  @Override
  public void close() {
    machines.close();
    sandboxes.close();
    daytona.close();
    database.close();
  }
}
