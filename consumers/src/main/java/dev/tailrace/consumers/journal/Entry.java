package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.event.Envelope;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What one record says, ready to be written. */
sealed interface Entry {

  Place place();

  /**
   * Where the record is.
   *
   * @param at the record's own time
   */
  record Place(String topic, int partition, long offset, Instant at) {}

  /** Which effect: that of a consumer on an event, or on an item of it. */
  record EffectId(UUID eventId, String consumer, String item) {}

  /**
   * An event.
   *
   * @param envelope without its payload, unless browsers see it
   * @param payload only of types that browsers see
   */
  record Happened(
      Place place, Envelope envelope, long seq, int payloadBytes, Optional<String> payload)
      implements Entry {}

  /**
   * An attempt of an effect.
   *
   * @param due when it is attempted again, if it is and that was told
   */
  record Attempted(
      Place place,
      EffectId effect,
      String application,
      String lane,
      int attempt,
      String outcome,
      String detail,
      Optional<String> errorClass,
      Optional<Instant> due,
      Instant startedAt,
      long tookMicros)
      implements Entry {}

  /**
   * What an application gave up; of a record that it could not read there may be no more than that.
   *
   * @param effect the effect that is dead, if the journal keeps effects of its event's day
   */
  record Died(
      Place place,
      String application,
      Optional<EffectId> effect,
      Optional<UUID> eventId,
      String consumer,
      String item,
      String type,
      String tenantId,
      String aggregateId,
      int attempts,
      String reason)
      implements Entry {}

  /**
   * What is older than the journal keeps anything.
   *
   * @param attempted whose attempt it tells, of whom there may be a dead letter
   */
  record Expired(Place place, Optional<EffectId> attempted) implements Entry {}

  /** A record that is none of ours, or says what can't be kept. */
  record Unreadable(Place place, String reason) implements Entry {

    private static final int MOST_CHARACTERS = 1_000;

    public Unreadable {
      reason = reason.substring(0, Math.min(reason.length(), MOST_CHARACTERS));
    }
  }
}
