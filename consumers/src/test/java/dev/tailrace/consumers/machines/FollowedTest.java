package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowedTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456Z");

  private static Followed known(Optional<String> state, Optional<Instant> at) {
    return new Followed("mch_1", "prj_1", "org_1", "sb_1", state, at);
  }

  private static final Followed STARTED = known(Optional.of("started"), Optional.of(NOON));

  @Test
  void anythingFollowsWhileNothingIsKnown() {
    assertThat(known(Optional.empty(), Optional.empty()).isFollowedBy(NOON, Optional.empty()))
        .isTrue();
  }

  @Test
  void whatIsLaterFollowsAndWhatIsEarlierDoesNot() {
    assertThat(STARTED.isFollowedBy(NOON.plusMillis(1), Optional.empty())).isTrue();
    assertThat(STARTED.isFollowedBy(NOON.minusMillis(1), Optional.of("started"))).isFalse();
  }

  @Test
  void ofOneInstantThatFollowsWhichLeadsOnFromWhatIsKnown() {
    assertThat(STARTED.isFollowedBy(NOON, Optional.of("started"))).isTrue();
    assertThat(STARTED.isFollowedBy(NOON, Optional.of("starting"))).isFalse();
    assertThat(STARTED.isFollowedBy(NOON, Optional.empty())).isFalse();
  }

  @Test
  void nanosecondsThatTheTableCanNotHoldAreNotLater() {
    assertThat(STARTED.isFollowedBy(NOON.plusNanos(7), Optional.of("starting"))).isFalse();
  }
}
