package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureRulesTest {

  private static List<String> problems(String event, String distinctId) throws Exception {
    return CaptureRules.problems(Counted.received(Counted.captured(event, distinctId))).stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void letsThroughWhatPostHogKeeps() throws Exception {
    assertThat(problems("signed_up", "user-1")).isEmpty();
    assertThat(problems("é".repeat(200), "é".repeat(200))).isEmpty();
    assertThat(problems("null", "nan")).isEmpty();
    assertThat(CaptureRules.problems(Counted.received(Counted.exception("E", Counted.object()))))
        .isEmpty();
  }

  @Test
  void namesTheFieldThatIsBlank() throws Exception {
    assertThat(problems(" ", "user-1")).singleElement().asString().startsWith("/payload/event ");
    assertThat(problems("signed_up", " "))
        .singleElement()
        .asString()
        .startsWith("/payload/distinctId ");
  }

  @Test
  void namesTheFieldThatIsMissingWhateverTheEventWasReadAs() throws Exception {
    var event = Counted.captured("signed_up", "user-1");
    String payload =
        "{\"distinctId\":\"user-1\",\"properties\":[],\"capturedAt\":\"2026-01-31T12:00:00Z\"}";

    assertThat(CaptureRules.problems(Counted.received(event, payload)))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("/payload/event", "/payload/properties");
  }

  @Test
  void namesTheFieldThatPostHogWouldCut() throws Exception {
    assertThat(problems("e".repeat(201), "user-1"))
        .containsExactly(
            "/payload/event has 201 characters: PostHog keeps 200, which is another event");
    assertThat(problems("signed_up", "u".repeat(201)))
        .containsExactly(
            "/payload/distinctId has 201 characters: PostHog keeps 200, which is another person");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anonymous",
        "Guest",
        "distinct_id",
        "UNDEFINED",
        "true",
        "null",
        "'null'",
        "\"none\"",
        "0",
        "NaN",
        "[object Object]"
      })
  void refusesWhoIsNobody(String distinctId) throws Exception {
    assertThat(problems("signed_up", distinctId))
        .containsExactly(
            "/payload/distinctId " + distinctId + " is nobody to PostHog: say who it was");
  }
}
