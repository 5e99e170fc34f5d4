package dev.tailrace.consumers.machines;

import static dev.tailrace.consumers.machines.Stage.ARCHIVE;
import static dev.tailrace.consumers.machines.Stage.ARCHIVE_OLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.MachineEvent.Replaced;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How machines are put away, without Kafka. */
class ArchiveMachineIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final int OLD = 10;

  private Stage stage;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    stage = new Stage(state);
    stage.project("prj_1");
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  /** A machine with a sandbox that runs; answers the sandbox's id. */
  private String running(String machine) {
    stage.wants(machine, "prj_1");
    stage.relays();
    return stage.sandboxOf(machine).orElseThrow();
  }

  private String sandboxState(String sandbox) {
    return stage.daytona().state(sandbox).orElseThrow();
  }

  @Test
  void aMachineIsStoppedAndThenArchivedAStepAtEachTry() {
    String sandbox = running("mch_1");
    stage.daytona().transitionsTake(Duration.ofSeconds(5));
    stage.archives("mch_1");
    stage.relays();
    assertThat(sandboxState(sandbox)).isEqualTo("stopping");
    stage.passes(Duration.ofSeconds(2));
    assertThat(stage.machines().waiting(ARCHIVE))
        .containsExactly("sandbox " + sandbox + " is stopping");

    stage.daytonasClock().advance(Duration.ofSeconds(5));
    stage.passes(Duration.ofSeconds(4));
    assertThat(sandboxState(sandbox)).isEqualTo("archiving");
    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.payloads("machine:archived"))
        .singleElement()
        .asString()
        .contains("mch_1", sandbox);
  }

  @Test
  void theOneThatGaveWayIsPutAwayAndTheNewOneServes() {
    String old = running("mch_1");
    stage.isReady("mch_1");
    running("mch_2");
    stage.isReady("mch_2");
    stage.settles();

    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.state("mch_2")).isEqualTo("active");
    assertThat(sandboxState(old)).isEqualTo("archived");
    assertThat(stage.payloads("machine:archive.requested"))
        .singleElement()
        .asString()
        .contains("replaced by mch_2", old);
  }

  @Test
  void ofTenOldMachinesTwoThatFailForAWhileDelayNoOther() {
    List<String> old = IntStream.rangeClosed(1, OLD).mapToObj(i -> "mch_" + i).toList();
    old.forEach(this::running);
    String changing = stage.sandboxOf("mch_3").orElseThrow();
    String refusing = stage.sandboxOf("mch_7").orElseThrow();
    stage.daytona().put(changing, "resizing");
    stage.daytona().faults().on("POST", "/api/sandbox/" + refusing).fail(503);
    stage.database().execute("update machine set state = 'archiving'");
    stage
        .machines()
        .arrives(
            new Promoted(
                "prj_1",
                "mch_11",
                old.stream().map(id -> new Replaced(id, "daytona", Optional.empty())).toList()));
    stage.relays();
    stage.passes(Duration.ofSeconds(20));

    assertThat(stage.machines().done(ARCHIVE)).hasSize(OLD - 2);
    assertThat(stage.machines().waiting(ARCHIVE)).hasSize(2);
    stage.daytona().faults().healthy();
    stage.daytona().put(changing, "started");
    stage.settles();

    assertThat(old).allSatisfy(id -> assertThat(stage.state(id)).isEqualTo("archived"));
    assertThat(stage.payloads("machine:archived")).hasSize(OLD);
    assertThat(old)
        .allSatisfy(
            id ->
                assertThat(
                        stage.asked(
                            "POST",
                            "/api/sandbox/" + stage.sandboxOf(id).orElseThrow() + "/archive"))
                    .as("archived at Daytona, " + id)
                    .isEqualTo(1));
  }

  @Test
  void whatSomebodyArchivedOrDestroyedAtDaytonaCountsAsDone() {
    String archived = running("mch_1");
    stage.daytona().put(archived, "archived");
    stage.daytona().put(running("mch_2"), "destroyed");
    stage.archives("mch_1");
    stage.archives("mch_2");
    stage.settles();

    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.state("mch_2")).isEqualTo("archived");
    assertThat(stage.asked("POST", "/api/sandbox/" + archived + "/archive")).isZero();
  }

  @Test
  void whatIsBrokenIsADeadLetterThatSaysWhatToDoAndCanBeRedriven() {
    String sandbox = running("mch_1");
    stage.daytona().put(sandbox, "error");
    stage.archives("mch_1");
    stage.settles();

    assertThat(stage.machines().dead(ARCHIVE))
        .singleElement()
        .asString()
        .contains("sandbox " + sandbox + " is error", "destroy it there");
    assertThat(stage.state("mch_1")).isEqualTo("failed");
    assertThat(stage.payloads("machine:archival.failed")).hasSize(1);

    stage.daytona().put(sandbox, "destroyed");
    stage.archives("mch_1");
    stage.settles();
    assertThat(stage.state("mch_1")).isEqualTo("archived");
  }

  @Test
  void whatIsGivenUpForTheSecondTimeIsFailedAsBefore() {
    String sandbox = running("mch_1");
    stage.daytona().put(sandbox, "error");
    stage.archives("mch_1");
    var events = stage.fresh();
    events.forEach(stage.machines()::arrives);
    stage.passes(Duration.ofMinutes(1));
    events.forEach(stage.machines()::arrives);
    stage.passes(Duration.ofMinutes(1));
    assertThat(stage.state("mch_1")).isEqualTo("failed");

    stage.daytona().put(sandbox, "stopped");
    events.forEach(stage.machines()::arrives);
    stage.settles();
    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(sandboxState(sandbox)).isEqualTo("archived");
  }

  @Test
  void aStateThatNobodyHasHeardOfIsWaitedFor() {
    String sandbox = running("mch_1");
    stage.daytona().put(sandbox, "contemplating");
    stage.archives("mch_1");
    stage.relays();
    assertThat(stage.machines().waiting(ARCHIVE))
        .containsExactly("sandbox " + sandbox + " is contemplating, which is not known here");

    stage.daytona().put(sandbox, "stopped");
    stage.passes(Duration.ofSeconds(30));
    assertThat(stage.state("mch_1")).isEqualTo("archived");
  }

  @Test
  void withoutAnIdItIsLookedForByItsLabel() {
    String sandbox = running("mch_1");
    stage.database().execute("update machine set external_id = null");
    stage.archives("mch_1");
    stage.settles();

    assertThat(sandboxState(sandbox)).isEqualTo("archived");
    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.sandboxOf("mch_1")).contains(sandbox);
  }

  @Test
  void aMachineOfAnUnknownProviderThatNeverWasThereIsJustPutAway() {
    stage.wants("mch_1", "prj_1", "fly", Json.MAPPER.createObjectNode());
    stage.settles();
    stage.archives("mch_1");
    stage.settles();

    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.machines().done(ARCHIVE)).containsExactly("it never was at a provider");
  }

  @Test
  void anOldEventOfAReplacementNeverTakesAwayTheMachineThatServes() {
    String sandbox = running("mch_1");
    stage.isReady("mch_1");
    stage
        .machines()
        .arrives(
            new Promoted(
                "prj_1", "mch_0", List.of(new Replaced("mch_1", "daytona", Optional.of(sandbox)))));
    stage
        .machines()
        .arrives(
            NewEvent.of("org_1", NOON, requested("mch_1", sandbox))
                .withOrigin(
                    new Origin(
                        Optional.of(new CausedBy(new UUID(1, 1), ARCHIVE_OLD)),
                        1,
                        Optional.empty())));

    assertThat(stage.machines().skipped(ARCHIVE_OLD)).hasSize(1);
    assertThat(stage.machines().skipped(ARCHIVE)).hasSize(1);
    assertThat(stage.state("mch_1")).isEqualTo("active");
    assertThat(sandboxState(sandbox)).isEqualTo("started");
  }

  @Test
  void whoAsksForTheMachineThatServesToBePutAwayGetsIt() {
    String sandbox = running("mch_1");
    stage.isReady("mch_1");
    stage.machines().arrives(requested("mch_1", sandbox));
    assertThat(stage.state("mch_1")).isEqualTo("archiving");
    stage.settles();

    assertThat(stage.state("mch_1")).isEqualTo("archived");
  }

  private static ArchiveRequested requested(String machine, String sandbox) {
    return new ArchiveRequested(machine, "daytona", Optional.of(sandbox), "nobody needs it");
  }

  @Test
  void aMachineThatIsNotThereIsADeadLetterThatNamesTheField() {
    stage.machines().arrives(requested("mch_9", "sb_9"));

    assertThat(stage.machines().dead(ARCHIVE))
        .containsExactly("machineId: there is no machine mch_9");
  }

  @Test
  void aDayOfOutageFailsTheMachineAndSaysSo() {
    running("mch_1");
    stage.daytona().faults().down();
    stage.archives("mch_1");
    stage.relays();
    stage.passes(Duration.ofHours(25));
    stage.passes(Duration.ofMinutes(5));

    assertThat(stage.state("mch_1")).isEqualTo("failed");
    assertThat(stage.payloads("machine:archival.failed"))
        .singleElement()
        .asString()
        .contains("could not be asked");
  }
}
