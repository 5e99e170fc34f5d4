package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostHogStandInTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String UUID_1 = "01990000-0000-7000-8000-000000000001";
  private static final String SIGNUP =
      """
      {"uuid":"%s","event":"signed_up","distinct_id":"user-1","timestamp":"2026-01-31T12:00:00Z",\
      "properties":{"plan":"pro","$groups":{"organization":"org_1"}}}"""
          .formatted(UUID_1);

  private final PostHogStandIn standIn = PostHogStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void keepsWhatItIsSent() throws Exception {
    HttpResponse<String> answer = capture(SIGNUP);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"Ok\"}");
    assertThat(standIn.captured())
        .containsExactly(
            new PostHogEvent(
                "signed_up",
                "user-1",
                NOON,
                UUID.fromString(UUID_1),
                "{\"plan\":\"pro\",\"$groups\":{\"organization\":\"org_1\"}}"));
    assertThat(standIn.callSizes()).containsExactly(1);
  }

  @Test
  void knowsARepeatByUuidNameDistinctIdAndTimestamp() throws Exception {
    capture(SIGNUP, SIGNUP);
    capture(SIGNUP.replace("12:00:00Z", "13:00:00+01:00"));
    assertThat(standIn.captured()).hasSize(1);
    assertThat(standIn.duplicates()).isEqualTo(2);

    capture(SIGNUP.replace("12:00:00Z", "12:00:01Z"));
    capture(SIGNUP.replace("user-1", "user-2"));
    capture(SIGNUP.replace("signed_up", "signed_in"));
    capture(SIGNUP.replace("000000000001", "000000000002"));
    assertThat(standIn.captured()).hasSize(5);
    assertThat(standIn.duplicates()).isEqualTo(2);
  }

  @Test
  void dropsWithoutAWordWhatHasNoNameOrNoDistinctId() throws Exception {
    HttpResponse<String> answer =
        capture(
            "{\"distinct_id\":\"user-1\"}",
            "{\"event\":\" \",\"distinct_id\":\"user-1\"}",
            "{\"event\":\"signed_up\",\"distinct_id\":null}",
            "{\"event\":\"signed_up\",\"distinct_id\":\" \"}",
            "{\"event\":\"signed_up\",\"distinct_id\":\"user-1\",\"uuid\":\"1\"}",
            SIGNUP);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(standIn.captured()).hasSize(1);
    assertThat(standIn.dropped())
        .extracting(PostHogDrop::reason)
        .containsExactly(
            "no event name",
            "no event name",
            "no distinct id",
            "no distinct id",
            "the uuid is none");
  }

  @Test
  void makesUpWhatMayBeLeftOut() throws Exception {
    capture("{\"event\":\"seen\",\"properties\":{\"distinct_id\":7}}");
    capture("{\"event\":\"seen\",\"distinct_id\":\"%s\"}".formatted("é".repeat(201)));

    assertThat(standIn.captured())
        .extracting(PostHogEvent::distinctId)
        .containsExactly("7", "é".repeat(200));
  }

  @Test
  void refusesWhatIsMalformed() throws Exception {
    for (String batch : List.of("{}", "[]", "[1]", "[{\"event\":1}]", "[{\"properties\":[]}]")) {
      String body = "{\"api_key\":\"%s\",\"batch\":%s}".formatted(PostHogStandIn.KEY, batch);
      assertThat(post(body).statusCode()).as(batch).isEqualTo(400);
    }
    for (String body : List.of("", "{", "[]", "{} {}")) {
      assertThat(post(body).body()).as(body).startsWith("failed to parse request: ");
    }
    assertThat(standIn.dropped()).isEmpty();
  }

  @Test
  void refusesAKeyThatItDoesNotKnow() throws Exception {
    assertThat(post("{\"batch\":[" + SIGNUP + "]}").statusCode()).isEqualTo(401);
    HttpResponse<String> answer = post("{\"api_key\":\"phc_another\",\"batch\":[" + SIGNUP + "]}");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("API key is not valid: unknown");
    assertThat(standIn.captured()).isEmpty();
  }

  @Test
  void takesBodiesOfUpTo20Megabytes() throws Exception {
    String large = SIGNUP.replace("user-1", "x".repeat(5_000_000));
    assertThat(capture(large).statusCode()).isEqualTo(200);

    Body larger = Body.of("x".repeat(PostHogBatch.LARGEST_BODY_BYTES + 1));
    assertThat(PostHogBatch.read(larger, PostHogStandIn.KEY))
        .isInstanceOfSatisfying(
            PostHogBatch.Reading.Refused.class,
            refused -> assertThat(refused.status()).isEqualTo(413));
  }

  @Test
  void failsInPostHogsWordsAndAsksForTheTimeThatItWasTold() throws Exception {
    standIn.faults().fail(429, "7");
    HttpResponse<String> limited = capture(SIGNUP);
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.body()).isEqualTo("rate limited");
    assertThat(limited.headers().firstValue("Retry-After")).hasValue("7");

    standIn.faults().fail(503, 1);
    HttpResponse<String> unwell = capture(SIGNUP);
    assertThat(unwell.statusCode()).isEqualTo(503);
    assertThat(unwell.headers().firstValue("Retry-After")).isEmpty();
    assertThat(standIn.captured()).isEmpty();
    assertThat(capture(SIGNUP).statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhatItHasOverHttp() throws Exception {
    capture(SIGNUP, SIGNUP, "{\"event\":\"seen\"}");

    assertThat(browser.get("/_standin/captures").body())
        .isEqualTo(
            "{\"captured\":[%s],\"duplicates\":1,\"dropped\":[{\"reason\":\"no distinct id\",\"event\":\"{\\\"event\\\":\\\"seen\\\"}\"}]}"
                .formatted(SIGNUP));
    assertThat(browser.get("/batch/").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> capture(String... events) throws Exception {
    return post(
        "{\"api_key\":\"%s\",\"batch\":[%s]}"
            .formatted(PostHogStandIn.KEY, String.join(",", events)));
  }

  private HttpResponse<String> post(String body) throws Exception {
    return browser.call("POST", "/batch/", body, "Content-Type", "application/json");
  }
}
