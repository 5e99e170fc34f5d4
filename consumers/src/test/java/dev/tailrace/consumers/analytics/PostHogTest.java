package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.analytics.AnalyticsConfig.Project;
import dev.tailrace.consumers.analytics.Captures.Answer;
import dev.tailrace.standins.PostHogEvent;
import dev.tailrace.standins.PostHogStandIn;
import dev.tailrace.testkit.RelayedEvent;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostHogTest {

  private static final Clock CLOCK = Clock.fixed(Counted.NOON, ZoneOffset.UTC);
  private static final Capture SIGNUP =
      Capture.of(Counted.received(Counted.captured("signed_up", "user-1")));

  private final PostHogStandIn standIn = PostHogStandIn.start(0, CLOCK);
  private final PostHog posthog = to(PostHogStandIn.KEY, standIn.url());

  @AfterEach
  void stop() {
    posthog.close();
    standIn.close();
  }

  private static PostHog to(String key, String host) {
    return new PostHog(new Project(key, URI.create(host)), CLOCK);
  }

  private Answer capture() throws InterruptedException {
    return posthog.capture(List.of(SIGNUP));
  }

  @Test
  void sendsTheEventAsItIs() throws Exception {
    assertThat(capture()).isEqualTo(new Answer.Accepted());

    assertThat(standIn.captured())
        .containsExactly(
            new PostHogEvent(
                "signed_up",
                "user-1",
                Counted.NOON,
                RelayedEvent.id(1),
                "{\"plan\":\"pro\",\"$groups\":{\"organization\":\"org_1\"}}"));
  }

  @Test
  void aHostMayEndInASlash() throws Exception {
    try (PostHog slashed = to(PostHogStandIn.KEY, standIn.url() + "/")) {
      assertThat(slashed.capture(List.of(SIGNUP))).isEqualTo(new Answer.Accepted());
    }
  }

  @Test
  void asksAgainForWhateverCanChange() throws Exception {
    for (int status : new int[] {404, 408, 429, 500, 502, 503}) {
      standIn.faults().fail(status);
      assertThat(capture())
          .isEqualTo(new Answer.Unavailable(Optional.empty(), "PostHog answered " + status));
    }
    standIn.faults().down();
    assertThat(capture())
        .isInstanceOfSatisfying(
            Answer.Unavailable.class,
            unavailable ->
                assertThat(unavailable.reason()).startsWith("PostHog could not be asked: "));
  }

  @Test
  void asksAgainWithAKeyThatIsBeingRotated() throws Exception {
    try (PostHog other = to("phc_before", standIn.url())) {
      assertThat(other.capture(List.of(SIGNUP)))
          .isInstanceOfSatisfying(
              Answer.Unavailable.class,
              unavailable ->
                  assertThat(unavailable.reason())
                      .startsWith("PostHog refuses the key of ANALYTICS_POSTHOG_KEY with 401"));
    }
    standIn.faults().fail(403);
    assertThat(capture()).isInstanceOf(Answer.Unavailable.class);
  }

  @Test
  void waitsAsLongAsItIsAskedTo() throws Exception {
    assertThat(delayAfter("120")).contains(Duration.ofMinutes(2));
    assertThat(delayAfter("Sat, 31 Jan 2026 12:00:30 GMT"))
        .contains(Duration.ofSeconds(30).minusNanos(123_456_000));
    assertThat(delayAfter("86400")).contains(Duration.ofHours(1));
    assertThat(delayAfter("Sat, 31 Jan 2026 11:00:00 GMT")).isEmpty();
    assertThat(delayAfter("soon")).isEmpty();
  }

  private Optional<Duration> delayAfter(String retryAfter) throws InterruptedException {
    standIn.faults().fail(429, retryAfter);
    return capture() instanceof Answer.Unavailable unavailable
        ? unavailable.delay()
        : Optional.empty();
  }

  @Test
  void givesUpWhatWasWronglySent() throws Exception {
    standIn.faults().fail(413);
    assertThat(capture())
        .isEqualTo(new Answer.Refused("PostHog refuses it with 413: it is too large"));
    standIn.faults().healthy();
    assertThat(posthog.capture(List.of()))
        .isEqualTo(new Answer.Refused("PostHog refuses it with 400: request holds no event"));
  }

  @Test
  void anAnswerThatNeverComesEndsTheCallAndTheRepeatIsKnown() throws Exception {
    standIn.faults().acceptThenTimeOut();
    var project = new Project(PostHogStandIn.KEY, URI.create(standIn.url()));
    try (var impatient = new PostHog(project, CLOCK, Duration.ofMillis(500))) {
      assertThat(impatient.capture(List.of(SIGNUP)))
          .isEqualTo(
              new Answer.Unavailable(
                  Optional.empty(), "PostHog could not be asked: no answer within 500 ms"));
    }
    standIn.faults().healthy();
    capture();

    assertThat(standIn.captured()).hasSize(1);
    assertThat(standIn.duplicates()).isEqualTo(1);
  }

  @Test
  void leavesRepeatsToTheEffect() throws Exception {
    standIn.faults().fail(500);
    capture();

    assertThat(standIn.requests().list()).hasSize(1);
  }
}
