package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Replay FILL = Replay.of(ReplayMode.FILL, "ann", "the pager was away");

  @Test
  void isReadFromItsHeadersAsItWasWritten() {
    for (ReplayMode mode : ReplayMode.values()) {
      Replay replay =
          Replay.of(mode, "ann", "why not: ö, 🙂")
              .forConsumers("ring", "log")
              .noOlderThan(Duration.ofDays(7));
      assertThat(ReplayHeaders.read(headers(replay))).isEqualTo(replay);
    }
    assertThat(ReplayHeaders.read(headers(FILL))).isEqualTo(FILL);
  }

  @Test
  void withoutAnAgeItIsADayAndWithoutConsumersForAll() {
    RecordHeaders headers = headers(FILL.forConsumers("ring").noOlderThan(Duration.ofDays(7)));
    headers.remove(ReplayHeaders.GREATEST_AGE).remove(ReplayHeaders.CONSUMERS);

    assertThat(ReplayHeaders.read(headers)).isEqualTo(FILL);
  }

  @Test
  void whatIsWrongIsTold() {
    assertThatThrownBy(() -> ReplayHeaders.read(new RecordHeaders()))
        .hasMessage("header tailrace-replay-id is missing");
    assertWrong(ReplayHeaders.MODE, "all", "header tailrace-replay-mode is malformed: 'all'");
    assertWrong(
        ReplayHeaders.GREATEST_AGE, "7d", "tailrace-replay-greatest-age is malformed: '7d'");
    assertWrong(ReplayHeaders.GREATEST_AGE, "PT0S", "the greatest age PT0S leaves nothing");
    assertWrong(ReplayHeaders.CONSUMERS, "", "'' is no consumer's name");
    assertWrong(ReplayHeaders.ID, "a b", "id 'a b': 1 to 64 letters");
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () -> new Replay("", ReplayMode.FILL, " ", "", Set.of("a,b"), Duration.ofDays(-1)))
        .hasMessageContainingAll(
            "id ''", "by is blank", "why is blank", "'a,b' is no consumer's name", "age PT-24H");
    assertThatThrownBy(() -> Replay.of(ReplayMode.FILL, "ann", "because ".repeat(200)))
        .hasMessageContaining("at most 1000 characters");
  }

  @Test
  void theGreatestAgeMayBeAnything() {
    Replay forEver = FILL.noOlderThan(Duration.ofSeconds(Long.MAX_VALUE));
    var event = Kitchen.claimed(1, "a");

    assertThat(forEver.of(event, NOON.plus(Duration.ofDays(36_500))).olderThan()).isEmpty();
    assertThat(FILL.of(event, NOON.plus(Replay.ONE_DAY)).olderThan()).isEmpty();
    assertThat(FILL.of(event, NOON.plus(Replay.ONE_DAY).plusMillis(1)).olderThan())
        .contains(Replay.ONE_DAY);
  }

  private static void assertWrong(String header, String value, String message) {
    RecordHeaders headers = headers(FILL);
    headers.remove(header).add(header, value.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ReplayHeaders.read(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static RecordHeaders headers(Replay replay) {
    var headers = new RecordHeaders();
    ReplayHeaders.write(replay, headers);
    return headers;
  }
}
