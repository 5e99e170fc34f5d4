package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.analytics.Captures.Answer;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.effects.Replay;
import dev.tailrace.effects.ReplayMode;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumer without Kafka and PostHog. */
class CapturePostHogIT {

  private static final String CAPTURE = "capturePostHog";

  private final List<List<Capture>> calls = new ArrayList<>();
  private TestDatabase database;
  private Function<List<Capture>, Answer> answer = captures -> new Answer.Accepted();
  private EffectsDriver analytics;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    analytics =
        EffectsDriver.of(Analytics.application(this::capture), database.dataSource(), state);
  }

  @AfterEach
  void stop() {
    analytics.close();
    database.close();
  }

  private Answer capture(List<Capture> captures) {
    calls.add(captures);
    return answer.apply(captures);
  }

  private void isUnavailable(Optional<Duration> delay, String reason) {
    answer = captures -> new Answer.Unavailable(delay, reason);
  }

  private void isBack() {
    answer = captures -> new Answer.Accepted();
  }

  @Test
  void whatComesTogetherIsCapturedInOneCall() {
    analytics.arriveTogether(
        Counted.captured("signed_up", "user-1"),
        Counted.captured("signed_in", "user-2"),
        Counted.exception("TimeoutError", Counted.object()));

    assertThat(calls).singleElement().satisfies(call -> assertThat(call).hasSize(3));
    assertThat(analytics.done(CAPTURE)).hasSize(3);
    assertThat(analytics.pending()).isZero();
  }

  @Test
  void aCallIsRepeatedAsItWas() {
    isUnavailable(Optional.empty(), "PostHog answered 503");
    analytics.arriveTogether(
        Counted.captured("signed_up", "user-1"), Counted.captured("signed_in", "user-2"));
    assertThat(analytics.waiting(CAPTURE))
        .containsExactly("PostHog answered 503", "PostHog answered 503");

    isBack();
    analytics.passes(Duration.ofSeconds(1));
    assertThat(calls).hasSize(2);
    assertThat(calls.getLast()).isEqualTo(calls.getFirst());
    assertThat(analytics.done(CAPTURE)).hasSize(2);
  }

  @Test
  void aCallIsRepeatedWhenPostHogAskedForIt() {
    isUnavailable(Optional.of(Duration.ofMinutes(2)), "PostHog answered 429");
    analytics.arrives(Counted.captured("signed_up", "user-1"));
    analytics.passes(Duration.ofSeconds(119));
    assertThat(calls).hasSize(1);

    isBack();
    analytics.passes(Duration.ofSeconds(1));
    assertThat(analytics.done(CAPTURE)).hasSize(1);
  }

  @Test
  void ofARefusedCallOnlyTheOneThatIsRefusedAloneIsDead() {
    answer =
        captures ->
            captures.stream().anyMatch(each -> each.event().equals("odd"))
                ? new Answer.Refused("PostHog refuses it with 400: no")
                : new Answer.Accepted();
    analytics.arriveTogether(
        Counted.captured("signed_up", "user-1"),
        Counted.captured("odd", "user-2"),
        Counted.captured("signed_in", "user-3"),
        Counted.captured("signed_out", "user-4"));
    analytics.passes(Duration.ofSeconds(1));

    assertThat(analytics.dead(CAPTURE))
        .singleElement()
        .asString()
        .contains("PostHog refuses it with 400: no");
    assertThat(analytics.done(CAPTURE)).hasSize(3);
  }

  @Test
  void whatPostHogWouldLoseIsDeadAndNotSent() {
    analytics.arriveTogether(
        Counted.captured("signed_up", "null"),
        Counted.captured("signed_up", "user-1"),
        Counted.captured(" ", "user-1"));

    assertThat(calls).singleElement().satisfies(call -> assertThat(call).hasSize(1));
    assertThat(analytics.dead(CAPTURE))
        .hasSize(2)
        .anyMatch(reason -> reason.contains("/payload/distinctId null is nobody to PostHog"))
        .anyMatch(reason -> reason.contains("/payload/event "));
    assertThat(analytics.done(CAPTURE)).hasSize(1);
  }

  @Test
  void aDeadOneWaitsForNobody() {
    isUnavailable(Optional.empty(), "PostHog answered 503");
    analytics.arriveTogether(
        Counted.captured("signed_up", "guest"), Counted.captured("signed_up", "user-1"));
    assertThat(analytics.dead(CAPTURE)).hasSize(1);
    assertThat(analytics.waiting(CAPTURE)).containsExactly("PostHog answered 503");

    analytics.arrives(Counted.captured("signed_in", "guest"));
    assertThat(analytics.dead(CAPTURE)).hasSize(2);
    assertThat(calls).as("nothing is sent of what is dead").hasSize(1);
  }

  @Test
  void aReplayOfWhatIsCapturedCallsNobody() {
    Envelope event = analytics.arrives(Counted.captured("signed_up", "user-1"));
    analytics.replays(event, Replay.of(ReplayMode.FILL, "ann", "to see what comes of it"));

    assertThat(calls).hasSize(1);
    assertThat(analytics.skipped(CAPTURE)).containsExactly("done before");
  }
}
