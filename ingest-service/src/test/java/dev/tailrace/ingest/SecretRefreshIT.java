package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.OAuthEvent.Code;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.token.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretRefreshIT {

  private static OAuthStage stage;

  @BeforeAll
  static void start() throws Exception {
    stage = new OAuthStage();
    stage
        .database()
        .execute(
            """
            insert into machine (id, project_id, name, provider, external_id, state)
            values ('mch_1', 'prj_1', 'a', 'daytona', 'a', 'active'),
              ('mch_2', 'prj_2', 'b', 'daytona', 'b', 'active'),
              ('mch_3', 'prj_1', 'c', 'daytona', 'c', 'archiving')""");
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @BeforeEach
  void empty() {
    stage.database().execute("truncate outbox_event, secret, connection, oauth_state");
    stage.standIn().faults().healthy();
    stage.standIn().lifetime(Optional.of(Duration.ofHours(12)));
  }

  @Test
  void refreshesEachKindOfToken() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      for (String secret : stage.connected(provider)) {
        String before = stage.opened(secret, "sealed");
        stage.clock().advance(Duration.ofMinutes(30));

        SecretRefresh.Output output = done(stage.refresh(secret));

        assertThat(output.outcome()).isEqualTo("refreshed");
        assertThat(output.code()).isEmpty();
        assertThat(output.accessToken())
            .hasValue(stage.opened(secret, "sealed"))
            .isNotEqualTo(Optional.of(before));
        assertThat(stage.standIn().accepts(output.accessToken().orElseThrow())).isTrue();
        assertThat(output.expiresAt().orElseThrow()).isAfter(stage.clock().instant());
        assertThat(
                stage
                    .database()
                    .count(
                        "select count(*) from secret where id = ? and expires_at = ?",
                        secret,
                        output.expiresAt().orElseThrow()))
            .isOne();
      }
    }
    assertThat(types()).filteredOn("oauth:token:refreshed"::equals).hasSize(4);
  }

  @Test
  void refreshesAgainAndAgain() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String secret = stage.connected(provider).getFirst();
      for (int i = 0; i < 3; i++) {
        assertThat(done(stage.refresh(secret)).outcome()).isEqualTo("refreshed");
      }
    }
  }

  @Test
  void tellsOfTheNewTokenAndNotTheToken() throws Exception {
    String secret = stage.connected(OAuthProvider.GOOGLE).getFirst();
    SecretRefresh.Output output = done(stage.refresh(secret));

    JsonNode event = event("oauth:token:refreshed");
    assertThat(event.path("secretId").asText()).isEqualTo(secret);
    assertThat(event.path("connector").asText()).isEqualTo("google");
    assertThat(event.path("projectId").asText()).isEqualTo("prj_1");
    assertThat(event.path("expiresAt").asText())
        .isEqualTo(output.expiresAt().orElseThrow().toString());
    String token = output.accessToken().orElseThrow();
    assertThat(event.toString()).doesNotContain(token);
    assertThat(output.toString()).doesNotContain(token);
  }

  @Test
  void leavesTheSecretsOutOfWhatIsToldOfTheCall() throws Exception {
    String secret = stage.connected(OAuthProvider.GOOGLE).getFirst();
    SecretRefresh.Output output = done(stage.refresh(secret));
    var departure = stage.start(OAuthProvider.SLACK);
    var start = new OAuthStart.Output(departure.url(), departure.cookie());

    assertThat(
            told(
                new SecretRefresh(
                    Map.of(), Optional.empty(), Optional.empty(), Duration.ofMillis(1)),
                output))
        .contains(secret)
        .doesNotContain(output.accessToken().orElseThrow());
    assertThat(told(new OAuthStart(Map.of()), start)).isEqualTo("{}");
    assertThat(start.toString()).doesNotContain("state=", "tailrace_oauth");
  }

  private static String told(Procedure<?, ?> procedure, Record output) {
    ObjectNode told = Json.MAPPER.valueToTree(output);
    Redaction.remove(procedure.secrets(), told);
    return told.toString();
  }

  @Test
  void sixteenCallersRefreshOnce() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String secret = stage.connected(provider).getFirst();
      long before = stage.standIn().refreshes();
      stage.standIn().faults().slow(Duration.ofMillis(500));
      var together = new CyclicBarrier(16);
      Callable<SecretRefresh.Output> caller =
          () -> {
            together.await();
            return done(stage.refresh(secret));
          };
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var outputs = new ArrayList<SecretRefresh.Output>();
        for (var future : threads.invokeAll(Stream.generate(() -> caller).limit(16).toList())) {
          outputs.add(future.get());
        }
        assertThat(outputs)
            .extracting(SecretRefresh.Output::accessToken)
            .containsOnly(Optional.of(stage.opened(secret, "sealed")));
      }
      stage.standIn().faults().healthy();
      assertThat(stage.standIn().refreshes()).isEqualTo(before + 1);
    }
    assertThat(types()).filteredOn("oauth:token:refreshed"::equals).hasSize(3);
  }

  @Test
  void doesNotWaitForAnotherForEver() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();
    var impatient =
        new SecretRefresh(
            Map.of(), Sealing.read(stage.keyset()), Optional.empty(), Duration.ofMillis(50));
    var call = new Caller(Grant.Kind.PLATFORM, "tok_1", Optional.empty(), Optional.empty());
    stage
        .transactions()
        .run(
            holder -> {
              assertThat(Secrets.lock(holder, secret, SecretRefresh.PATIENCE)).isPresent();
              assertRefused(
                  stage.run(impatient, call, new SecretRefresh.Input(secret)),
                  503,
                  "the secret is being refreshed; call again");
              return true;
            });
  }

  @Test
  void callersWhoWaitedAreToldOfTheSameFailure() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();
    stage.standIn().revoke();
    stage.standIn().faults().slow(Duration.ofMillis(500));
    var together = new CyclicBarrier(4);
    Callable<SecretRefresh.Output> caller =
        () -> {
          together.await();
          return done(stage.refresh(secret));
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var future : threads.invokeAll(List.of(caller, caller, caller, caller))) {
        assertThat(future.get().code()).hasValue(Code.REFRESH_FAILED);
      }
    }
    assertThat(types()).filteredOn("oauth:token:failed"::equals).hasSize(1);
  }

  @Test
  void keepsTheEventOfARefreshThatFailedForGood() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      stage.database().execute("truncate outbox_event");
      String secret = stage.connected(provider).getFirst();
      stage.standIn().revoke();

      SecretRefresh.Output output = done(stage.refresh(secret));

      assertThat(output.outcome()).isEqualTo("failed");
      assertThat(output.code()).hasValue(Code.REFRESH_FAILED);
      assertThat(output.accessToken()).isEmpty();
      JsonNode event = event("oauth:token:failed");
      assertThat(event.path("code").asText()).isEqualTo("REFRESH_FAILED");
      assertThat(event.path("reauthUrl").asText())
          .isEqualTo("https://app.example.com/settings/connections?secret=" + secret);
      assertThat(output.reauthUrl()).hasValue(event.path("reauthUrl").asText());
    }
  }

  @Test
  void connectingAgainEndsTheFailure() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();
    stage.standIn().revoke();
    assertThat(done(stage.refresh(secret)).outcome()).isEqualTo("failed");

    assertThat(stage.connected(OAuthProvider.SLACK)).contains(secret);
    assertThat(done(stage.refresh(secret)).outcome()).isEqualTo("refreshed");
  }

  @Test
  void aTokenThatDoesNotEndIsNotRefreshable() throws Exception {
    stage.standIn().lifetime(Optional.empty());
    for (OAuthProvider provider : List.of(OAuthProvider.SLACK, OAuthProvider.GITHUB)) {
      String secret = stage.connected(provider).getFirst();
      assertThat(done(stage.refresh(secret)).code()).hasValue(Code.NOT_REFRESHABLE);
    }
    assertThat(types()).filteredOn("oauth:token:failed"::equals).hasSize(2);
  }

  @Test
  void aTokenThatEndsAndHasNoRefreshTokenSaysSo() throws Exception {
    String secret = stage.connected(OAuthProvider.GOOGLE).getFirst();
    stage.database().execute("update secret set sealed_refresh = null");

    assertThat(done(stage.refresh(secret)).code()).hasValue(Code.NO_REFRESH_TOKEN);
    assertThat(event("oauth:token:failed").path("code").asText()).isEqualTo("NO_REFRESH_TOKEN");
  }

  @Test
  void aSecretThatNobodyKnowsSaysSo() throws Exception {
    SecretRefresh.Output output = done(stage.refresh("sec_0"));
    assertThat(output.code()).hasValue(Code.SECRET_NOT_FOUND);
    assertThat(output.reauthUrl()).isEmpty();
    assertThat(event("oauth:token:failed").path("secretId").asText()).isEqualTo("sec_0");
  }

  @Test
  void aDaemonRefreshesWhatIsOfItsProject() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();

    assertThat(done(stage.refresh(daemon("mch_1"), secret)).outcome()).isEqualTo("refreshed");
    assertThat(done(stage.refresh(daemon("mch_2"), secret)).code()).hasValue(Code.SECRET_NOT_FOUND);
    assertThat(done(stage.refresh(daemon("mch_3"), secret)).code()).hasValue(Code.SECRET_NOT_FOUND);
    assertThat(done(stage.refresh(daemon("mch_0"), secret)).code()).hasValue(Code.SECRET_NOT_FOUND);
  }

  @Test
  void aPlatformTokenOfAnotherTenantFindsNothing() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();
    var elsewhere =
        new Caller(Grant.Kind.PLATFORM, "tok_2", Optional.of("org_2"), Optional.empty());

    assertThat(done(stage.refresh(elsewhere, secret)).code()).hasValue(Code.SECRET_NOT_FOUND);
    assertThat(
            stage
                .database()
                .strings("select tenant_id from outbox_event where type = 'oauth:token:failed'"))
        .containsExactly("org_2");
  }

  @Test
  void aProviderThatIsAwayDecidesNothing() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String secret = stage.connected(provider).getFirst();
      stage.standIn().faults().fail(503, 1);
      assertRefused(stage.refresh(secret), 503, "the provider can't be asked now; call again");
      stage.standIn().faults().down();
      assertRefused(stage.refresh(secret), 503, "the provider can't be asked now; call again");
      stage.standIn().faults().healthy();
      assertThat(done(stage.refresh(secret)).outcome()).isEqualTo("refreshed");
    }
    assertThat(types()).doesNotContain("oauth:token:failed");
  }

  @Test
  void aProviderThatRefusesUsSaysNothingOfTheToken() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String secret = stage.connected(provider).getFirst();
      OAuthSettings wrong = stage.settings(Sealing.read(stage.keyset()), "wrong");
      assertRefused(
          stage.refresh(wrong, secret), 503, "the provider can't be asked now; call again");
    }
    assertThat(types()).doesNotContain("oauth:token:failed");
  }

  @Test
  void aKeyThatWasReplacedStillOpensAndTheNewOneSeals() throws Exception {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String secret = stage.connected(provider).getFirst();
      OAuthSettings rotated = stage.settings(Sealing.read(SealingKeys.rotated(stage.keyset())));

      assertThat(done(stage.refresh(rotated, secret)).outcome()).isEqualTo("refreshed");

      assertRefused(
          stage.refresh(secret), 503, "the secret can't be opened with the keys that are set");
      assertThat(done(stage.refresh(rotated, secret)).outcome()).isEqualTo("refreshed");
    }
    assertThat(types()).doesNotContain("oauth:token:failed");
  }

  @Test
  void withoutKeysItSaysWhichSettingIsMissing() throws Exception {
    String secret = stage.connected(OAuthProvider.SLACK).getFirst();
    var refused =
        (Result.Refused<SecretRefresh.Output>) stage.refresh(OAuthSettings.none(), secret);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.problems().toString()).contains("INGEST_SEALING_KEYS is not set");
  }

  private static Caller daemon(String machineId) {
    return new Caller(Grant.Kind.DAEMON, "tok_3", Optional.of("org_1"), Optional.of(machineId));
  }

  private static SecretRefresh.Output done(Result<SecretRefresh.Output> result) {
    assertThat(result).isInstanceOf(Result.Done.class);
    return ((Result.Done<SecretRefresh.Output>) result).output();
  }

  private static void assertRefused(
      Result<SecretRefresh.Output> result, int status, String reason) {
    assertThat(result)
        .isEqualTo(new Result.Refused<SecretRefresh.Output>(status, reason, List.of()));
  }

  private static List<String> types() {
    return stage.database().strings("select type from outbox_event");
  }

  private static JsonNode event(String type) throws Exception {
    List<String> payloads =
        stage.database().strings("select payload from outbox_event where type = ?", type);
    assertThat(payloads).hasSize(1);
    return Json.read(payloads.getFirst());
  }
}
