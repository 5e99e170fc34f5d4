package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RatesTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Rate RATE = Rate.perSecond(10).burst(1);

  private final SettableClock clock = new SettableClock(NOON);
  private final Rates rates = new Rates(clock, 4);
  private int asked;

  private boolean isTaken(String scope) {
    asked++;
    var key = new EffectKey("call", "lane-" + asked, "1", new UUID(0, asked), "");
    return rates.heldUntil(scope, RATE, key, 1).isEmpty();
  }

  @Test
  void anInstanceHasItsShareAlsoWhenTasksMove() {
    var key = new EffectKey("call", "lane", "1", new UUID(0, 0), "");
    rates.opened(0);
    assertThat(isTaken("acct_1")).isTrue();
    assertThat(rates.heldUntil("acct_1", RATE, key, 1)).contains(NOON.plusMillis(400));

    rates.opened(1);
    rates.opened(2);
    rates.opened(2);
    rates.opened(3);
    clock.advance(Duration.ofSeconds(1));
    assertThat(rates.heldUntil("acct_1", RATE, key, 1)).isEmpty();
    assertThat(rates.heldUntil("acct_1", RATE, key, 1)).contains(clock.instant().plusMillis(100));

    rates.closed(3);
    rates.closed(2);
    clock.advance(Duration.ofSeconds(1));
    assertThat(rates.heldUntil("acct_1", RATE, key, 1)).isEmpty();
    assertThat(rates.heldUntil("acct_1", RATE, key, 1)).contains(clock.instant().plusMillis(200));
  }

  @Test
  void scopesDoNotWaitForEachOther() {
    assertThat(isTaken("acct_1")).isTrue();
    assertThat(isTaken("acct_1")).isFalse();
    assertThat(isTaken("acct_2")).isTrue();
  }

  @Test
  void ofScopesAtWhichNobodyWaitsFewAreRemembered() {
    assertThat(isTaken("acct_1")).isTrue();
    for (int i = 0; i < 25_000; i++) {
      clock.advance(Duration.ofMillis(1));
      isTaken("gone-" + i);
    }

    assertThat(rates.remembered()).isLessThanOrEqualTo(10_000);
  }
}
