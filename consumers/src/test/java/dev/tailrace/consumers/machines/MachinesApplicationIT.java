package dev.tailrace.consumers.machines;

import static dev.tailrace.consumers.machines.Stage.API;
import static dev.tailrace.consumers.machines.Stage.CLEAN_UP;
import static dev.tailrace.consumers.machines.Stage.PROVISION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.Archived;
import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing.Place;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How machines come to be, and what ends with them, without Kafka. */
class MachinesApplicationIT {

  private static final String SANDBOXES = "/api/sandbox";

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

  private static ObjectNode metadata() {
    return Json.MAPPER.createObjectNode();
  }

  @Test
  void aMachineThatIsWantedGetsASandboxOfItsNameAndLabel() {
    stage.wants("mch_1", "prj_1");
    stage.relays();

    assertThat(stage.sandboxesOf("mch_1"))
        .singleElement()
        .satisfies(
            sandbox -> {
              assertThat(sandbox.name()).isEqualTo("mch_1");
              assertThat(sandbox.labels()).containsEntry("tailrace", "machine");
              assertThat(stage.sandboxOf("mch_1")).contains(sandbox.id());
            });
    assertThat(stage.state("mch_1")).isEqualTo("starting");
    assertThat(stage.machines().done(PROVISION)).hasSize(1);
  }

  @Test
  void theSandboxHasWhatItsDaemonNeedsAndTheDatabaseKeepsTheTokenNoLonger() throws Exception {
    stage.wants(
        "mch_1", "prj_1", "daytona", metadata().put("snapshot", "agent").put("class", "large"));
    stage.relays();

    JsonNode sandbox = atDaytona(stage.sandboxOf("mch_1").orElseThrow());
    JsonNode environment = sandbox.path("env");
    assertThat(sandbox.path("snapshot").asText()).isEqualTo("agent");
    assertThat(sandbox.path("class").asText()).isEqualTo("large");
    assertThat(sandbox.path("autoStopInterval").asInt(-1)).isZero();
    assertThat(environment.path("TAILRACE_MACHINE_ID").asText()).isEqualTo("mch_1");
    assertThat(environment.path("TAILRACE_API").asText()).isEqualTo(API);
    assertThat(Optional.of(environment.path("TAILRACE_WEBHOOK_SECRET").asText()))
        .isEqualTo(signingSecret());
    assertThat(isTokenOfMachine(environment.path("TAILRACE_TOKEN").asText())).isTrue();
    assertThat(
            stage
                .database()
                .count("select count(*) from machine_secret where sealed_token is null"))
        .isEqualTo(1);
  }

  private JsonNode atDaytona(String sandbox) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(stage.daytona().url() + SANDBOXES + "/" + sandbox))
              .header("Authorization", "Bearer " + Stage.at(stage.daytona()).apiKey())
              .build();
      return Json.read(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  private Optional<String> signingSecret() {
    String sealed =
        stage
            .database()
            .strings("select encode(sealed_signing, 'hex') from machine_secret")
            .getFirst();
    return Stage.SEALING.open(
        SealedText.of(HexFormat.of().parseHex(sealed)),
        new Place("machine_secret.sealed_signing", "mch_1"));
  }

  private boolean isTokenOfMachine(String text) throws Exception {
    TokenText token = TokenText.parse(text).orElseThrow();
    try (Connection connection = stage.database().connect()) {
      return ApiTokens.find(connection, token.id())
          .filter(known -> known.isShownBy(token))
          .filter(known -> known.token().grant().equals(new Grant.Daemon("mch_1")))
          .isPresent();
    }
  }

  @Test
  void aProviderThatNobodyKnowsIsADeadLetterAtOnceAndTheMachineFailed() {
    stage.wants("mch_1", "prj_1", "fly", metadata());
    stage.settles();

    assertThat(stage.machines().dead(PROVISION))
        .containsExactly("provider: 'fly' is not known here; known is daytona");
    assertThat(stage.state("mch_1")).isEqualTo("failed");
    assertThat(stage.payloads("machine:provisioning.failed"))
        .singleElement()
        .asString()
        .contains("mch_1", "fly");
    assertThat(stage.daytona().requests().count()).isZero();
  }

  @Test
  void metadataThatIsNoTextIsADeadLetterThatNamesTheField() {
    stage.wants("mch_1", "prj_1", "daytona", metadata().put("target", 7));
    stage.relays();

    assertThat(stage.machines().dead(PROVISION))
        .containsExactly("metadata/target must be a text: leave it out for the usual one");
  }

  @Test
  void whatDaytonaRefusesIsADeadLetterWithDaytonasWords() {
    stage.daytona().faults().on("POST", SANDBOXES).fail(400);
    stage.wants("mch_1", "prj_1");
    stage.settles();

    assertThat(stage.machines().dead(PROVISION))
        .singleElement()
        .asString()
        .startsWith("Daytona refuses it with 400: ");
    assertThat(stage.state("mch_1")).isEqualTo("failed");
  }

  @Test
  void anOutageHealsByItselfWithoutASecondSandbox() {
    stage.daytona().faults().fail(503, 2);
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.daytona().faults().down();
    stage.passes(Duration.ofMinutes(1));
    stage.daytona().faults().on("POST", SANDBOXES).fail(429, 1);
    stage.passes(Duration.ofMinutes(5));
    stage.settles();

    assertThat(stage.sandboxesOf("mch_1")).hasSize(1);
    assertThat(stage.sandboxOf("mch_1")).isPresent();
  }

  @Test
  void aCrashBetweenCreationAndCommitLeavesOneSandboxWithTheSameSecrets() throws Exception {
    stage.daytona().faults().on("POST", SANDBOXES).acceptThenCrash();
    stage.wants("mch_1", "prj_1");
    stage.relays();
    assertThat(stage.sandboxOf("mch_1")).isEmpty();
    assertThat(stage.sandboxesOf("mch_1")).hasSize(1);

    stage.daytona().faults().healthy();
    stage.settles();
    assertThat(stage.sandboxesOf("mch_1")).hasSize(1);
    String sandbox = stage.sandboxOf("mch_1").orElseThrow();
    String token = atDaytona(sandbox).path("env").path("TAILRACE_TOKEN").asText();
    assertThat(isTokenOfMachine(token)).isTrue();
    assertThat(stage.database().count("select count(*) from api_token")).isEqualTo(1);
  }

  @Test
  void aTimeoutAfterWhichTheSandboxIsThereIsNoSecondSandbox() {
    stage.daytona().faults().on("POST", SANDBOXES).acceptThenTimeOut();
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.daytona().faults().healthy();
    stage.settles();

    assertThat(stage.sandboxesOf("mch_1")).hasSize(1);
    assertThat(stage.sandboxOf("mch_1")).contains(stage.sandboxesOf("mch_1").getFirst().id());
  }

  @Test
  void anEventThatComesTwiceMakesNothingMore() {
    stage.wants("mch_1", "prj_1");
    var events = stage.fresh();
    events.forEach(stage.machines()::arrives);
    events.forEach(stage.machines()::arrives);
    stage.database().execute("delete from effect_done");
    events.forEach(stage.machines()::arrives);

    assertThat(stage.sandboxesOf("mch_1")).hasSize(1);
  }

  @Test
  void aMachineThatIsPutAwayWhileItIsMadeIsNotLeftAtItsProvider() throws Exception {
    stage.daytona().faults().on("POST", SANDBOXES).slow(Duration.ofMillis(500));
    stage.wants("mch_1", "prj_1");
    var archived = archivedWhileItIsMade("mch_1");
    stage.relays();
    assertThat(archived.get()).as("it was asked to be put away").isTrue();
    stage.daytona().faults().healthy();
    stage.settles();

    assertThat(stage.state("mch_1")).isEqualTo("archived");
    assertThat(stage.sandboxesOf("mch_1"))
        .singleElement()
        .satisfies(sandbox -> assertThat(sandbox.state()).isEqualTo("archived"));
    assertThat(stage.payloads("machine:archived")).hasSize(1);
    assertThat(stage.database().count("select count(*) from machine_secret")).isZero();
  }

  /**
   * Once the sandbox is there, of which the platform hears later. Not in the common pool, which
   * HttpClient needs for its answers.
   */
  private CompletableFuture<Boolean> archivedWhileItIsMade(String machine) {
    return CompletableFuture.supplyAsync(
        () -> {
          Await.until("it is made", () -> stage.sandboxesOf(machine).size() == 1);
          return stage.archives(machine);
        },
        Thread::startVirtualThread);
  }

  @Test
  void whatAnUnheardTryMadeOfAMachineThatIsGoneByThenIsPutAwayToo() {
    stage.daytona().faults().on("POST", SANDBOXES).acceptThenTimeOut();
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.database().execute("update machine set state = 'archived'");
    stage.daytona().faults().healthy();
    stage.settles();

    assertThat(stage.sandboxesOf("mch_1"))
        .singleElement()
        .satisfies(sandbox -> assertThat(sandbox.state()).isEqualTo("archived"));
  }

  @Test
  void aMachineThatWasPutAwayBeforeIsNotMade() {
    stage.wants("mch_1", "prj_1");
    stage.archives("mch_1");
    stage.settles();

    assertThat(stage.machines().skipped(PROVISION)).hasSize(1);
    assertThat(stage.sandboxesOf("mch_1")).isEmpty();
    assertThat(stage.state("mch_1")).isEqualTo("archived");
  }

  @Test
  void whatIsGivenUpIsToldWithItsReason() {
    stage.daytona().faults().fail(503);
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.passes(Duration.ofHours(25));
    stage.passes(Duration.ofMinutes(5));

    assertThat(stage.state("mch_1")).isEqualTo("failed");
    assertThat(stage.database().strings("select failure from machine"))
        .singleElement()
        .asString()
        .contains("Daytona answered 503");
    assertThat(stage.payloads("machine:provisioning.failed")).hasSize(1);
  }

  @Test
  void aSecretThatCanNotBeOpenedNamesTheSetting() {
    stage.wants("mch_1", "prj_1");
    stage
        .database()
        .execute(
            "insert into machine_secret (machine_id, sealed_signing) values ('mch_1', '\\x00')");
    stage.relays();

    assertThat(stage.machines().waiting(PROVISION))
        .singleElement()
        .asString()
        .contains("machine_secret of mch_1", "MACHINES_SEALING_KEYS");
  }

  @Test
  void tokensAndSecretsEndWithTheirMachine() {
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.archives("mch_1");
    stage.settles();

    assertThat(stage.machines().done(CLEAN_UP)).containsExactly("tokens revoked: 1");
    assertThat(stage.database().count("select count(*) from machine_secret")).isZero();
    assertThat(stage.database().count("select count(*) from api_token where revoked_at is null"))
        .isZero();
  }

  @Test
  void theTokensOfAMachineThatServesAreLeftAlone() {
    stage.wants("mch_1", "prj_1");
    stage.relays();
    stage.isReady("mch_1");
    stage.machines().arrives(new Archived("mch_1", "daytona", Optional.empty()));

    assertThat(stage.machines().skipped(CLEAN_UP)).hasSize(1);
    assertThat(stage.database().count("select count(*) from machine_secret")).isEqualTo(1);
  }

  @Test
  void analyticsAreToldOfAMachineThatIsWanted() {
    stage.wants("mch_1", "prj_1");
    stage.relays();

    assertThat(stage.payloads("analytics:captured"))
        .singleElement()
        .asString()
        .contains("\"machine_created\"", "\"distinctId\":\"usr_1\"", "\"organization\":\"org_1\"");
  }
}
