package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.util.Optional;

/**
 * What is remembered of the replay by which an effect came.
 *
 * @param id of the replay
 * @param isForced whether it repeats what is done
 * @param olderThan the age that its event had passed when it was replayed, if it was so old: then
 *     it is too late to do what is not done. What takes its time afterwards, in retries or an
 *     outage, is no older by that
 */
record Replayed(String id, boolean isForced, Optional<Duration> olderThan) {

  /** No part of a consumer's name. */
  private static final String FORCED_BY = "!";

  Optional<String> forcedBy() {
    return isForced ? Optional.of(id) : Optional.empty();
  }

  /**
   * As what the effect is recorded when it is done. A forced one has a record of its own: by it the
   * same replay does not repeat it twice, also not after a crash.
   */
  EffectKey recordOf(EffectKey key) {
    return isForced ? key.of(key.consumer() + FORCED_BY + id) : key;
  }

  /** Why it is too late for what is not done, and what a person can do. */
  Optional<String> stale(Envelope envelope) {
    return olderThan.map(
        age ->
            "stale: its event is of %s, more than %s before the replay %s: redrive it to carry it out, or replay it with a greater age"
                .formatted(envelope.occurredAt(), ConsumerDescription.text(age), id));
  }
}
