package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingEffectTest {

  private static final int INSTANT_BYTES = Long.BYTES + Integer.BYTES;
  private static final int NO_CALL_AND_NO_REPLAY_BYTES = 2 * Integer.BYTES;
  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void isReadAsItWasWritten() {
    PendingEffect effect =
        PendingEffect.first(Kitchen.claimed(1, "a"), NOON)
            .since(NOON.minusSeconds(60))
            .failed(NOON, NOON.plusSeconds(5), "busy", Optional.of("rung"))
            .parked(new Awaited("machine:promoted", "prj_1"), NOON.plusSeconds(600), "no machine");

    assertThat(PendingFormat.read(PendingFormat.write(effect))).isEqualTo(effect);
    assertThat(effect.failures()).isEqualTo(1);
  }

  @Test
  void whatItIsCalledAgainWithIsReadAsItWasWritten() {
    PendingEffect effect =
        PendingEffect.first(Kitchen.claimed(1, "a"), NOON)
            .in(Optional.of(new PendingEffect.Batched("0f", 7)));

    assertThat(PendingFormat.read(PendingFormat.write(effect))).isEqualTo(effect);
  }

  @Test
  void theFirstFormatIsStillRead() {
    PendingEffect effect = PendingFormat.read(format(1));

    assertThat(effect.failures()).isEqualTo(2);
    assertThat(effect.due()).isEqualTo(NOON);
    assertThat(effect.envelope().aggregateId()).isEqualTo("a");
    assertThat(effect.lastError()).isEmpty();
    assertThat(effect.awaited()).isEmpty();
  }

  @Test
  void theThirdFormatIsStillReadAndIsPendingSinceItsEventHappened() {
    byte[] now = PendingFormat.write(PendingEffect.first(Kitchen.claimed(1, "a"), NOON));
    byte[] third = new byte[now.length - INSTANT_BYTES - NO_CALL_AND_NO_REPLAY_BYTES];
    third[0] = 3;
    System.arraycopy(now, 1 + INSTANT_BYTES, third, 1, third.length - 1);

    assertThat(PendingFormat.read(third))
        .isEqualTo(
            PendingEffect.first(Kitchen.claimed(1, "a"), NOON)
                .since(Kitchen.claimed(1, "a").occurredAt()));
  }

  @Test
  void aLaterFormatIsRefusedWithAWord() {
    assertThatThrownBy(() -> PendingFormat.read(new byte[] {5, 0, 0}))
        .hasMessageContaining("format 5")
        .hasMessageContaining("start the version that wrote it");
  }

  @Test
  void theFormatIsTheFirstByte() {
    byte[] stored = PendingFormat.write(PendingEffect.first(Kitchen.claimed(1, "a"), NOON));

    assertThat(stored[0]).isEqualTo((byte) 4);
  }

  @Test
  void theReplayByWhichItCameIsKept() {
    PendingEffect effect = PendingEffect.first(Kitchen.claimed(1, "a"), NOON);
    for (Optional<Duration> older : List.of(Optional.<Duration>empty(), Optional.of(ONE_DAY))) {
      PendingEffect replayed = effect.by(Optional.of(new Replayed("r1", older.isEmpty(), older)));

      assertThat(PendingFormat.read(PendingFormat.write(replayed))).isEqualTo(replayed);
      assertThat(replayed.failed(NOON, NOON, "busy", Optional.empty()).replayed())
          .isEqualTo(replayed.replayed());
    }
  }

  private static byte[] format(int number) {
    return """
    {"format":%d,"failures":2,"firstAttempt":"2026-01-31T11:00:00Z","due":"2026-01-31T12:00:00Z",
     "event":{"ce_specversion":"1.0","ce_id":"01990000-0000-7000-0000-000000000001",
       "ce_type":"kitchen.task.claimed","ce_source":"","ce_subject":"a","ce_time":"2026-01-31T12:00:00Z",
       "content-type":"application/json","ce_tenantid":"org_1","ce_aggregatetype":"kitchen_task",
       "ce_seq":"0000000000000000001"},
     "payload":"{}"}"""
        .formatted(number)
        .getBytes(StandardCharsets.UTF_8);
  }
}
