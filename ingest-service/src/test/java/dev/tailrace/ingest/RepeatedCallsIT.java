package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls with an {@code Idempotency-Key}, and their repeats. */
class RepeatedCallsIT {

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void aRepeatIsAnsweredTheSameAndDoesNothing() throws Exception {
    String key = Platform.word();
    HttpResponse<String> first = create(key, key);
    HttpResponse<String> second = create(key, key);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(users(key)).isOne();
    assertThat(
            ingest
                .database()
                .count(
                    "select count(*) from outbox_event where type = 'rpc:user.create' and payload like ?",
                    "%" + key + "%"))
        .isOne();
  }

  @Test
  void spacesAndTheOrderOfFieldsMakeNoOtherCall() throws Exception {
    String key = Platform.word();
    HttpResponse<String> first = create(key, key);
    String same =
        "{ \"name\":\"Ada\", \"signupMethod\":\"x\",\n\"email\":\"%s@example.com\" }"
            .formatted(key);
    assertThat(send("user.create", same, key).body()).isEqualTo(first.body());
  }

  @Test
  void theKeyOfAnotherCallIsRefused() throws Exception {
    String key = Platform.word();
    create(key, key);
    assertThat(create(key, Platform.word()).statusCode()).isEqualTo(422);
    assertThat(send("testing.poke", "{\"message\":\"m\"}", key).statusCode()).isEqualTo(422);
  }

  @Test
  void twoCallersMayUseTheSameKey() throws Exception {
    String key = Platform.word();
    TokenText other = ingest.token(new Grant.Platform(Optional.empty()));
    create(key, key);
    assertThat(
            ingest
                .send(
                    ingest
                        .rpc("user.create", user(Platform.word()), other)
                        .header("Idempotency-Key", key))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aRefusedCallMayBeMendedUnderItsKey() throws Exception {
    String key = Platform.word();
    create(Platform.word(), key);
    assertThat(create(key, key).statusCode()).isEqualTo(409);
    assertThat(create(key, Platform.word()).statusCode()).isEqualTo(200);
  }

  @Test
  void ofSixteenAtOnceOneHasAnEffect() throws Exception {
    String key = Platform.word();
    List<HttpResponse<String>> answers = StripeWebhookIT.atOnce(16, () -> create(key, key));
    assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(200, 409).contains(200);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 409)
        .allSatisfy(answer -> assertThat(answer.headers().firstValue("Retry-After")).contains("1"));
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 200)
        .extracting(HttpResponse::body)
        .containsOnly(create(key, key).body());
    assertThat(users(key)).isOne();
  }

  @Test
  void isToldToComeBackWhileTheFirstIsRunningAndNoLongerThanItsProcessLives() throws Exception {
    String key = Platform.word();
    try (Connection first = ingest.database().connect()) {
      first.setAutoCommit(false);
      assertThat(Repeats.claim(first, repeatable(key), ingest.clock().instant()))
          .isInstanceOf(Repeats.First.class);
      HttpResponse<String> meanwhile = create(key, key);
      assertThat(meanwhile.statusCode()).isEqualTo(409);
      assertThat(meanwhile.headers().firstValue("Retry-After")).contains("1");

      ingest.database().execute("select pg_terminate_backend(?)", backend(first));
      Await.until("the key is free", () -> create(key, key).statusCode() == 200);
    }
    assertThat(users(key)).isOne();
  }

  @Test
  void aProcessThatSaysNothingLosesItsClaimAfterAMinute() throws Exception {
    try (Connection first = ingest.database().connect()) {
      first.setAutoCommit(false);
      Repeats.claim(first, repeatable(Platform.word()), ingest.clock().instant());
      assertThat(
              Statements.first(
                  first,
                  "select current_setting('idle_in_transaction_session_timeout')",
                  row -> row.getString(1)))
          .contains("1min");
    }
  }

  @Test
  void theAnswerIsForgottenAfterADay() throws Exception {
    String key = Platform.word();
    create(key, key);
    ingest.clock().advance(Repeats.KEPT);
    assertThat(create(key, key).statusCode())
        .as("a call of its own, and the address is taken")
        .isEqualTo(409);
    assertThat(create(key, Platform.word()).statusCode()).isEqualTo(200);
    ingest.clock().advance(Repeats.KEPT.plus(Duration.ofSeconds(1)));
    try (var forget = new ForgetRepeats(ingest.database().dataSource(), ingest.clock())) {
      Await.until(
          "nothing is kept",
          () -> ingest.database().count("select count(*) from idempotency") == 0);
      assertThat(forget.run()).isZero();
    }
  }

  @Test
  void aKeyMustBeOneOfVisibleCharacters() throws Exception {
    assertThat(create("x".repeat(255), Platform.word()).statusCode()).isEqualTo(200);
    assertThat(create("x".repeat(256), Platform.word()).statusCode()).isEqualTo(400);
    assertThat(create("a b", Platform.word()).statusCode()).isEqualTo(400);
  }

  @Test
  void aSecretAnswerIsNotKept() throws Exception {
    HttpResponse<String> answer =
        send(
            "oauth.start",
            "{\"provider\":\"slack\",\"projectId\":\"prj_1\",\"userId\":\"usr_1\"}",
            Platform.word());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("takes no Idempotency-Key");
  }

  private static Repeats.Repeatable repeatable(String key) {
    return new Repeats.Repeatable(RunningIngest.PLATFORM.id(), key, "user.create", "00");
  }

  private static Object backend(Connection connection) throws Exception {
    return Statements.first(connection, "select pg_backend_pid()", row -> row.getInt(1))
        .orElseThrow();
  }

  private static long users(String word) {
    return ingest
        .database()
        .count("select count(*) from app_user where email = ?", word + "@example.com");
  }

  private static HttpResponse<String> create(String key, String word) throws Exception {
    return send("user.create", user(word), key);
  }

  private static String user(String word) {
    return "{\"email\":\"%s@example.com\",\"name\":\"Ada\",\"signupMethod\":\"x\"}".formatted(word);
  }

  private static HttpResponse<String> send(String procedure, String input, String key)
      throws Exception {
    return ingest.send(
        ingest.rpc(procedure, input, RunningIngest.PLATFORM).header("Idempotency-Key", key));
  }
}
