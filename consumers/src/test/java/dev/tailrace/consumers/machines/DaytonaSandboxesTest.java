package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.machines.Answer.Found;
import dev.tailrace.consumers.machines.Answer.Refused;
import dev.tailrace.consumers.machines.Answer.Unavailable;
import dev.tailrace.consumers.machines.Sandbox.Phase;
import dev.tailrace.consumers.machines.Sandboxes.Page;
import dev.tailrace.consumers.machines.Sandboxes.Wanted;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.testkit.SettableClock;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The adapter against Daytona's stand-in. */
class DaytonaSandboxesTest {

  private static final Duration LONGEST = Duration.ofMillis(500);
  private static final String SANDBOXES = "/api/sandbox";

  private final SettableClock clock = new SettableClock();
  private final DaytonaStandIn daytona = DaytonaStandIn.start(0, clock);
  private final DaytonaSandboxes sandboxes = withKey(DaytonaStandIn.API_KEY);

  @AfterEach
  void stop() {
    sandboxes.close();
    daytona.close();
  }

  private DaytonaSandboxes withKey(String key) {
    return new DaytonaSandboxes(
        new MachinesConfig.Daytona(key, URI.create(daytona.url() + "/api/"), 5),
        clock,
        LONGEST,
        LONGEST);
  }

  private static Wanted wanted(String machine) {
    return new Wanted(
        machine,
        Map.of("TAILRACE_TOKEN", "tr_d_secret"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static <T> T found(Answer<T> answer) {
    if (answer instanceof Found<T>(T value)) {
      return value;
    }
    throw new AssertionError("not found: " + answer);
  }

  private static <T> Optional<Duration> delay(Answer<T> answer) {
    if (answer instanceof Unavailable<T>(String _, Optional<Duration> after)) {
      return after;
    }
    throw new AssertionError("not unavailable: " + answer);
  }

  @Test
  void aSandboxIsMadeOnceHoweverOftenItIsAskedFor() throws Exception {
    Sandbox made = found(sandboxes.create(wanted("mch_1")));
    Sandbox again = found(sandboxes.create(wanted("mch_1")));

    assertThat(again.id()).isEqualTo(made.id());
    assertThat(daytona.created("tailrace-machine", "mch_1")).isEqualTo(1);
    assertThat(found(sandboxes.ofMachine("mch_1")).map(Sandbox::id)).contains(made.id());
  }

  @Test
  void aNameThatIsAnothersIsRefusedAndTheFieldNamed() throws Exception {
    daytona.put("mch_1", "started");

    assertThat(sandboxes.create(wanted("mch_1")))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.reason())
                    .startsWith("name: Daytona has another sandbox mch_1")
                    .endsWith("rename or delete that one"));
  }

  @Test
  void ofAMachineThatHasNoneThereIsNone() throws Exception {
    assertThat(found(sandboxes.ofMachine("mch_1"))).isEmpty();
    assertThat(found(sandboxes.find("sb_none"))).isEmpty();
    assertThat(found(sandboxes.stop("sb_none"))).isEmpty();
    assertThat(found(sandboxes.archive("sb_none"))).isEmpty();
  }

  @Test
  void itIsStoppedAndArchivedAndEachStepIsSeen() throws Exception {
    String id = found(sandboxes.create(wanted("mch_1"))).id();
    assertThat(found(sandboxes.find(id)).orElseThrow().phase()).isEqualTo(Phase.RUNNING);
    assertThat(found(sandboxes.stop(id)).orElseThrow().phase()).isEqualTo(Phase.CHANGING);
    assertThat(found(sandboxes.find(id)).orElseThrow().phase()).isEqualTo(Phase.STOPPED);
    assertThat(found(sandboxes.archive(id)).orElseThrow().phase()).isEqualTo(Phase.PUT_AWAY);
    Sandbox archived = found(sandboxes.find(id)).orElseThrow();
    assertThat(archived.state()).isEqualTo("archived");
    assertThat(archived.account()).contains(DaytonaStandIn.ORGANIZATION);
    assertThat(archived.updatedAt()).isPresent();
  }

  @Test
  void eachStateHasItsPhaseAndOneThatNobodyKnowsIsSurvived() throws Exception {
    Map<String, Phase> phases =
        Map.of(
            "creating", Phase.CHANGING,
            "pulling_snapshot", Phase.CHANGING,
            "started", Phase.RUNNING,
            "stopped", Phase.STOPPED,
            "archiving", Phase.PUT_AWAY,
            "destroying", Phase.PUT_AWAY,
            "error", Phase.BROKEN,
            "build_failed", Phase.BROKEN,
            "unknown", Phase.UNKNOWN,
            "contemplating", Phase.UNKNOWN);
    for (var each : phases.entrySet()) {
      daytona.put("sb_1", each.getKey());
      Sandbox sandbox = found(sandboxes.find("sb_1")).orElseThrow();
      assertThat(sandbox.phase()).as(each.getKey()).isEqualTo(each.getValue());
      assertThat(sandbox.state()).isEqualTo(each.getKey());
    }
  }

  @Test
  void aStepThatDoesNotFitTheStateIsRefusedAndOneUnderWayIsWaitedFor() throws Exception {
    daytona.put("sb_1", "archived");
    assertThat(sandboxes.archive("sb_1"))
        .isEqualTo(
            new Refused<Optional<Sandbox>>("Daytona refuses it with 400: Sandbox is not stopped"));
    daytona.put("sb_1", "starting");
    assertThat(delay(sandboxes.stop("sb_1"))).contains(Duration.ofSeconds(5));
  }

  @Test
  void ourSandboxesComePageAfterPageAndNoOthers() throws Exception {
    Set<String> ours = new HashSet<>();
    for (int i = 0; i < 105; i++) {
      ours.add(found(sandboxes.create(wanted("mch_" + i))).id());
    }
    daytona.create(Map.of("somebody", "else"));
    Page first = found(sandboxes.page(1));
    Page second = found(sandboxes.page(2));

    assertThat(first.sandboxes()).hasSize(100);
    assertThat(first.isLast()).isFalse();
    assertThat(second.isLast()).isTrue();
    Set<String> listed = new HashSet<>();
    first.sandboxes().forEach(sandbox -> listed.add(sandbox.id()));
    second.sandboxes().forEach(sandbox -> listed.add(sandbox.id()));
    assertThat(listed).isEqualTo(ours);
  }

  @Test
  void whereThereIsNothingOnePageSaysSo() throws Exception {
    assertThat(found(sandboxes.page(1)).isLast()).isTrue();
  }

  @Test
  void aRateThatIsMetIsWaitedForAsLongAsDaytonaSays() throws Exception {
    daytona.faults().fail(429, 1);

    assertThat(delay(sandboxes.create(wanted("mch_1")))).contains(Duration.ofSeconds(1));
  }

  @Test
  void anOutageHasNoDelayOfItsOwnSoThatItCountsAsOne() throws Exception {
    daytona.faults().fail(503, 1);
    assertThat(delay(sandboxes.find("sb_1"))).isEmpty();
    daytona.faults().down();
    assertThat(delay(sandboxes.find("sb_1"))).isEmpty();
    assertThat(delay(sandboxes.page(1))).isEmpty();
  }

  @Test
  void whatWasAcceptedAndNeverAnsweredIsFoundByItsLabel() throws Exception {
    daytona.faults().on("POST", SANDBOXES).acceptThenTimeOut();
    assertThat(delay(sandboxes.create(wanted("mch_1")))).isEmpty();
    daytona.faults().healthy();

    assertThat(found(sandboxes.ofMachine("mch_1"))).isPresent();
    found(sandboxes.create(wanted("mch_1")));
    assertThat(daytona.created("tailrace-machine", "mch_1")).isEqualTo(1);
  }

  @Test
  void aKeyThatIsRefusedIsAskedWithAgainAndTheSettingNamed() throws Exception {
    try (var stranger = withKey("dtn_wrong")) {
      assertThat(stranger.page(1))
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable ->
                  assertThat(unavailable.reason())
                      .contains("MACHINES_DAYTONA_API_KEY")
                      .doesNotContain("dtn_wrong"));
    }
  }

  @Test
  void aLimitOfTheOrganizationEndsByItselfAndA404OfACreationDoesNot() throws Exception {
    daytona.faults().fail(403, 1);
    assertThat(delay(sandboxes.create(wanted("mch_1")))).contains(Duration.ofMinutes(1));
    daytona.faults().fail(404, 1);
    assertThat(sandboxes.create(wanted("mch_1"))).isInstanceOf(Refused.class);
    daytona.faults().fail(400, 1);
    assertThat(sandboxes.create(wanted("mch_1"))).isInstanceOf(Refused.class);
  }

  @Test
  void nothingSecretIsShown() {
    assertThat(wanted("mch_1").toString()).doesNotContain("tr_d_secret");
    assertThat(Stage.at(daytona).toString()).doesNotContain(DaytonaStandIn.API_KEY);
  }
}
