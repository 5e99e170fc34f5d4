package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class SettableClockTest {
  private final SettableClock clock = new SettableClock();

  @Test
  void standsStillUntilItIsMoved() {
    assertThat(clock.instant()).isEqualTo("2026-01-01T00:00:00Z");
    clock.advance(Duration.ofMinutes(5));
    assertThat(clock.instant()).isEqualTo("2026-01-01T00:05:00Z");
    clock.set(Instant.EPOCH);
    assertThat(clock.millis()).isZero();
  }

  @Test
  void movesInEveryZone() {
    var inBerlin = clock.withZone(ZoneId.of("Europe/Berlin"));
    clock.advance(Duration.ofDays(1));
    assertThat(inBerlin.instant()).isEqualTo(clock.instant());
    assertThat(inBerlin.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
  }
}
