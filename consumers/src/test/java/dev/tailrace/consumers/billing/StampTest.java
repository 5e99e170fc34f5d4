package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.billing.Stamp.Place;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StampTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void withoutAnotherAnyEventIsTheLatest() {
    assertThat(stamp("evt_1", 0).beside(Optional.empty())).isEqualTo(Place.LATER);
  }

  @Test
  void ofOneSubscriptionTheTimesDecideUnlessTheyAreTheSame() {
    var applied = Optional.of(stamp("evt_5", 5));

    assertThat(stamp("evt_6", 6).beside(applied)).isEqualTo(Place.LATER);
    assertThat(stamp("evt_4", 4).beside(applied)).isEqualTo(Place.EARLIER);
    assertThat(stamp("evt_x", 5).beside(applied)).isEqualTo(Place.IN_DOUBT);
  }

  @Test
  void theSameEventIsNotTakenOnceMoreSinceStripesOwnWordMayHaveBeenTakenForIt() {
    assertThat(stamp("evt_5", 5).beside(Optional.of(stamp("evt_5", 5)))).isEqualTo(Place.EARLIER);
  }

  @Test
  void ofTwoSubscriptionsNothingDecides() {
    var applied = Optional.of(new Stamp("evt_5", NOON.plusSeconds(5), "sub_2"));

    assertThat(stamp("evt_9", 9).beside(applied)).isEqualTo(Place.IN_DOUBT);
    assertThat(stamp("evt_1", 1).beside(applied)).isEqualTo(Place.IN_DOUBT);
  }

  @Test
  void whatWasAskedForStandsAboveAllThatCameBefore() {
    Stamp asked = stamp("evt_4", 4).asked(Optional.of(stamp("evt_5", 5)), "sub_1");

    assertThat(asked).isEqualTo(new Stamp("evt_4", NOON.plusSeconds(5), "sub_1"));
  }

  private static Stamp stamp(String event, int second) {
    return new Stamp(event, NOON.plusSeconds(second), "sub_1");
  }
}
