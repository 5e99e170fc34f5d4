package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class BreakersTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String MACHINE = "mach_1";

  private final SettableClock clock = new SettableClock(NOON);
  private final Breakers breakers = new Breakers(clock);
  private final Answers answers = new Answers();

  BreakersTest() {
    breakers.listen(answers);
  }

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      breakers.tell(MACHINE, Outcome.retry("refused"));
    }
  }

  private boolean mayBeAsked() {
    return breakers.heldUntil(MACHINE).isEmpty();
  }

  @Test
  void fiveFailuresInARowOpenIt() {
    fails(4);
    assertThat(mayBeAsked()).isTrue();
    assertThat(breakers.open()).isZero();

    fails(1);
    assertThat(breakers.heldUntil(MACHINE)).contains(NOON.plusSeconds(5));
    assertThat(breakers.heldUntil("mach_2")).isEmpty();
    assertThat(breakers.open()).isOne();
  }

  @Test
  void anAnswerInBetweenBeginsTheRowAnew() {
    fails(4);
    breakers.tell(MACHINE, Outcome.dead("404"));
    fails(4);

    assertThat(mayBeAsked()).isTrue();
    assertThat(answers.take()).as("it was never closed to anybody").isEmpty();
  }

  @Test
  void whoAsksForPatienceAnswers() {
    fails(4);
    breakers.tell(MACHINE, Outcome.retryAfter(Duration.ofSeconds(9), "429"));
    fails(4);

    assertThat(mayBeAsked()).isTrue();
  }

  @Test
  void afterThePauseOneFindsOutAndTheOthersWait() {
    fails(5);
    clock.advance(Duration.ofSeconds(5));

    assertThat(mayBeAsked()).isTrue();
    assertThat(mayBeAsked()).isFalse();
    assertThat(breakers.heldUntil(MACHINE)).contains(clock.instant().plusSeconds(5));
  }

  @Test
  void anAnswerLetsAllOfThemGoOn() {
    fails(5);
    clock.advance(Duration.ofSeconds(5));
    assertThat(mayBeAsked()).isTrue();
    breakers.tell(MACHINE, Outcome.done(""));

    assertThat(mayBeAsked()).isTrue();
    assertThat(mayBeAsked()).isTrue();
    assertThat(answers.take()).contains(Breakers.answerOf(MACHINE));
    assertThat(breakers.open()).isZero();
  }

  @Test
  void eachProbeThatFailsDoublesThePauseUpToTwoMinutes() {
    fails(5);
    var pauses = new ArrayDeque<Duration>();
    for (int i = 0; i < 7; i++) {
      clock.set(breakers.heldUntil(MACHINE).orElseThrow());
      assertThat(mayBeAsked()).isTrue();
      fails(1);
      pauses.add(Duration.between(clock.instant(), breakers.heldUntil(MACHINE).orElseThrow()));
    }

    assertThat(pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(10L, 20L, 40L, 80L, 120L, 120L, 120L);
  }

  @Test
  void whatWasOnItsWayWhenItOpenedDoesNotProlongThePause() {
    fails(5);
    clock.advance(Duration.ofSeconds(4));
    fails(3);

    assertThat(breakers.heldUntil(MACHINE)).contains(NOON.plusSeconds(5));
  }

  @Test
  void ofDestinationsAtWhichNobodyWaitsFewAreRemembered() {
    fails(5);
    for (int i = 0; i < 25_000; i++) {
      breakers.tell("gone-" + i, Outcome.retry("refused"));
    }

    assertThat(breakers.remembered()).isLessThanOrEqualTo(10_000);
    assertThat(mayBeAsked()).as("what is open stays so").isFalse();
  }

  @Test
  void aProbeOfWhichNothingIsHeardIsFollowedByAnother() {
    fails(5);
    clock.advance(Duration.ofSeconds(5));
    assertThat(mayBeAsked()).isTrue();
    clock.advance(Duration.ofMinutes(2));

    assertThat(mayBeAsked()).isTrue();
    assertThat(mayBeAsked()).isFalse();
  }
}
