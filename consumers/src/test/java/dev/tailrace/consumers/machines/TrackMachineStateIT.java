package dev.tailrace.consumers.machines;

import static dev.tailrace.consumers.machines.Stage.TRACK_STATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.standins.SvixMessage;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the state of a machine's sandbox is followed, whatever becomes of Daytona's webhooks. */
class TrackMachineStateIT {

  private static final int ORDERS = 20;

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

  private void comes(SvixMessage webhook) {
    stage.machines().arrives(stage.stored(webhook));
  }

  private List<SvixMessage> webhooks() {
    return stage.daytona().webhooks().messages();
  }

  private List<String> providerStates() {
    return stage
        .database()
        .strings("select coalesce(provider_state, '-') from machine order by id");
  }

  private List<String> told() {
    return stage.payloads("machine:state.changed").stream()
        .map(payload -> payload.replaceFirst(".*\"providerState\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  /** A machine whose sandbox runs by now; answers the sandbox's id. */
  private String running(String machine) {
    stage.wants(machine, "prj_1");
    stage.relays();
    String sandbox = stage.sandboxOf(machine).orElseThrow();
    assertThat(stage.daytona().state(sandbox)).contains("started");
    return sandbox;
  }

  @Test
  void eachChangeIsWrittenAndToldToTheBrowsers() {
    running("mch_1");
    webhooks().forEach(this::comes);

    assertThat(providerStates()).containsExactly("started");
    assertThat(told()).containsExactly("creating", "started");
  }

  @Test
  void aWebhookThatComesTwiceIsToldOnce() {
    running("mch_1");
    webhooks().forEach(this::comes);
    webhooks().forEach(this::comes);

    assertThat(told()).containsExactly("creating", "started");
  }

  @Test
  void anOlderChangeNeverOverwritesANewerOne() {
    running("mch_1");
    webhooks().reversed().forEach(this::comes);

    assertThat(providerStates()).containsExactly("started");
    assertThat(told()).containsExactly("started");
    assertThat(stage.machines().skipped(TRACK_STATE))
        .singleElement()
        .asString()
        .startsWith("machine mch_1 is known to be started since ");
  }

  @Test
  void whateverIsLostDoubledOrReorderedItEndsAsTheLastOneThatCame() {
    Seeds.forEach(
        ORDERS,
        seed -> {
          String machine = "mch_" + seed.identifier() + seed.below(1_000_000);
          String sandbox = running(machine);
          int first = webhooks().size();
          for (String next : List.of("stopping", "stopped", "starting", "started", "stopped")) {
            stage.daytonasClock().advance(Duration.ofMillis(seed.below(3)));
            stage.daytona().put(sandbox, next);
          }
          List<SvixMessage> all = webhooks().subList(first, webhooks().size());
          List<SvixMessage> come = shuffled(all, seed);
          come.forEach(this::comes);

          SvixMessage newest =
              all.reversed().stream().filter(come::contains).findFirst().orElseThrow();
          assertThat(newest.json())
              .contains(
                  "\"newState\":\""
                      + stage
                          .database()
                          .strings("select provider_state from machine where id = ?", machine)
                          .getFirst()
                      + "\"");
        });
  }

  private static List<SvixMessage> shuffled(List<SvixMessage> all, Seed seed) {
    var some = new ArrayList<>(all);
    some.removeIf(message -> seed.oneIn(4));
    if (some.isEmpty()) {
      some.add(all.getFirst());
    }
    some.addAll(some.stream().filter(message -> seed.oneIn(3)).toList());
    return seed.shuffled(some);
  }

  @Test
  void aWebhookThatIsFasterThanOurCommitWaitsForItAndIsToldToTheMachinesOwnTenant() {
    stage.wants("mch_1", "prj_1");
    String sandbox = stage.daytona().create(Map.of("tailrace-machine", "mch_1"));
    assertThat(stage.daytona().state(sandbox)).contains("started");
    webhooks().forEach(this::comes);
    assertThat(stage.machines().waiting(TRACK_STATE))
        .contains("sandbox " + sandbox + " is no machine yet");

    stage.relays();
    stage.passes(Duration.ofMinutes(2));
    assertThat(providerStates()).containsExactly("started");
    assertThat(
            stage
                .database()
                .strings(
                    "select distinct tenant_id from outbox_event where type = 'machine:state.changed'"))
        .containsExactly("org_1");
  }

  @Test
  void aSandboxThatIsNobodysIsPassedOverAfterSomeMinutes() {
    stage.daytona().put("sb_of_others", "started");
    webhooks().forEach(this::comes);
    for (int i = 0; i < 10; i++) {
      stage.passes(Duration.ofMinutes(1));
    }

    assertThat(stage.machines().skipped(TRACK_STATE))
        .containsExactly(
            "sandbox sb_of_others is no machine of ours: somebody else uses the organization too");
    assertThat(stage.machines().dead(TRACK_STATE)).isEmpty();
  }

  @Test
  void aPollAndAWebhookOfTheSameChangeAreToldOnce() throws Exception {
    String sandbox = running("mch_1");
    webhooks().forEach(this::comes);
    stage.daytona().put(sandbox, "stopped");
    stage.reconciliation().run(() -> true);
    comes(webhooks().getLast());
    stage.relays();

    assertThat(told()).containsExactly("creating", "started", "stopped");
  }

  @Test
  void whatNoWebhookHasToldThePollDoes() throws Exception {
    String sandbox = running("mch_1");
    stage.daytona().put(sandbox, "stopped");
    stage.reconciliation().run(() -> true);
    stage.relays();

    assertThat(providerStates()).containsExactly("stopped");
    assertThat(told()).containsExactly("stopped");
  }
}
