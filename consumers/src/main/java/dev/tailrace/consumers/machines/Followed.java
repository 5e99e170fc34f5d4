package dev.tailrace.consumers.machines;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A machine, and what is known of its sandbox's state.
 *
 * @param state the provider's word for it; empty while nothing is known
 * @param at since when, by the provider's clock
 */
record Followed(
    String machineId,
    String projectId,
    String organizationId,
    String sandboxId,
    Optional<String> state,
    Optional<Instant> at) {

  /**
   * Whether a change comes after what is known: by the provider's time, which has no more than
   * microseconds here. Of two changes of one instant that one comes later that leads on from the
   * state which is known: our own order says nothing of it, since webhooks overtake one another.
   *
   * @param from the state that it was before the change, if that was told
   */
  boolean isFollowedBy(Instant changed, Optional<String> from) {
    if (at.isEmpty()) {
      return true;
    }
    int order = changed.truncatedTo(ChronoUnit.MICROS).compareTo(at.get());
    return order > 0 || (order == 0 && from.isPresent() && from.equals(state));
  }
}
