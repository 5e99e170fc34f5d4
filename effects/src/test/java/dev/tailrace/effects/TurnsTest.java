package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.effects.Rate.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Pace TENTH = new Pace(Duration.ofMillis(100), 1);

  private final Turns turns = new Turns();

  private static EffectKey key(int number) {
    return new EffectKey("call", "lane-" + number, "%019d".formatted(number), new UUID(0, 0), "");
  }

  private Optional<Instant> take(int number, Pace pace, int millis) {
    return turns.take(key(number), 1, pace, NOON.plusMillis(millis));
  }

  private boolean isTaken(int number, int millis) {
    return take(number, TENTH, millis).isEmpty();
  }

  @Test
  void afterARestABurstGoesAtOnceAndTheOthersOneByOne() {
    var pace = new Pace(Duration.ofMillis(100), 3);
    for (int number = 1; number <= 3; number++) {
      assertThat(take(number, pace, 0)).isEmpty();
    }

    assertThat(take(4, pace, 10)).contains(NOON.plusMillis(100));
    assertThat(take(5, pace, 20)).contains(NOON.plusMillis(200));
    assertThat(take(4, pace, 100)).isEmpty();
    assertThat(take(5, pace, 200)).isEmpty();
  }

  @Test
  void whoComesBeforeHisTurnIsToldItAgain() {
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(take(2, TENTH, 0)).contains(NOON.plusMillis(100));
    assertThat(take(2, TENTH, 50)).contains(NOON.plusMillis(100));
    assertThat(turns.size()).isOne();
  }

  @Test
  void whoNeverComesIsWaitedForForASecond() {
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(isTaken(2, 0)).isFalse();
    assertThat(isTaken(3, 0)).isFalse();
    assertThat(take(3, TENTH, 200)).as("2 may still come").contains(NOON.plusMillis(300));

    assertThat(isTaken(4, 1_101)).as("behind 3").isFalse();
    assertThat(isTaken(3, 1_101)).as("2 is not waited for").isTrue();
  }

  @Test
  void whoComesLateKeepsHisPlace() {
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(isTaken(2, 0)).isFalse();
    assertThat(isTaken(3, 60_000)).isTrue();
    assertThat(isTaken(4, 60_000)).isFalse();
    assertThat(take(2, TENTH, 60_000)).contains(NOON.plusMillis(60_100));
    assertThat(take(4, TENTH, 60_100)).contains(NOON.plusMillis(60_200));

    assertThat(isTaken(2, 60_100)).isTrue();
    assertThat(isTaken(4, 60_200)).isTrue();
  }

  @Test
  void whoCameByAReplayIsBehindTheOthers() {
    EffectKey past = key(2).replayed(false);
    EffectKey morePast = key(3).replayed(true);
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(turns.take(past, 1, TENTH, NOON)).contains(NOON.plusMillis(100));
    assertThat(turns.take(morePast, 1, TENTH, NOON)).contains(NOON.plusMillis(200));
    assertThat(take(4, TENTH, 50)).contains(NOON.plusMillis(100));

    assertThat(turns.take(past, 1, TENTH, NOON.plusMillis(100))).contains(NOON.plusMillis(200));
    assertThat(isTaken(4, 100)).isTrue();
    assertThat(turns.take(past, 1, TENTH, NOON.plusMillis(200))).isEmpty();
    assertThat(turns.take(morePast, 1, TENTH, NOON.plusMillis(300))).isEmpty();
  }

  @Test
  void whoCameByAReplayLeavesHalfOfThePlaces() {
    for (int number = 0; number < Turns.MOST_KEPT; number++) {
      turns.take(key(number).replayed(false), 1, TENTH, NOON);
    }
    assertThat(turns.size()).isEqualTo(Turns.MOST_KEPT / 2);

    assertThat(isTaken(Turns.MOST_KEPT, 0)).isFalse();
    assertThat(turns.size()).isEqualTo(Turns.MOST_KEPT / 2 + 1);
  }

  @Test
  void whoNeverComesIsForgotten() {
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(isTaken(2, 0)).isFalse();
    Instant late = NOON.plusMillis(100).plus(Turns.KEPT);
    assertThat(turns.isForgettable(late)).isFalse();
    assertThat(turns.isForgettable(late.plusMillis(1))).isTrue();
  }

  @Test
  void whoTakesSeveralIsAdmittedAsOneWouldBeAndMakesTheOthersLater() {
    assertThat(isTaken(1, 0)).isTrue();
    assertThat(turns.take(key(2), 30, TENTH, NOON)).contains(NOON.plusMillis(100));
    assertThat(take(3, TENTH, 0)).as("behind all thirty").contains(NOON.plusMillis(3_100));

    assertThat(turns.take(key(2), 30, TENTH, NOON.plusMillis(100))).isEmpty();
    assertThat(take(3, TENTH, 200)).contains(NOON.plusMillis(3_100));
    assertThat(isTaken(3, 3_100)).isTrue();
  }

  @Test
  void ofTooManyNotAllHaveAPlace() {
    for (int number = 0; number < Turns.MOST_KEPT + 100; number++) {
      take(number, TENTH, 0);
    }

    assertThat(turns.size()).isEqualTo(Turns.MOST_KEPT);
    assertThat(take(1, TENTH, 100)).as("who has one keeps it").isEmpty();
  }
}
