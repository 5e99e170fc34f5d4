package dev.tailrace.consumers.machines;

import java.time.Instant;
import java.util.Optional;

/**
 * A sandbox as its provider had it when it was asked.
 *
 * @param state the provider's own word, for people to read
 * @param phase what that word means here
 * @param updatedAt when it last changed, by the provider's clock; not only its state does
 * @param account the provider's account that it is in
 */
record Sandbox(
    String id, String state, Phase phase, Optional<Instant> updatedAt, Optional<String> account) {

  /** What can be done with it. */
  enum Phase {
    /** It runs, and can be stopped. */
    RUNNING,
    /** It stands still, and can be archived. */
    STOPPED,
    /** It is on its way from one to another, and can only be waited for. */
    CHANGING,
    /** It is archived or gone, or will be without anything more. */
    PUT_AWAY,
    /** Something went wrong with it that a person has to look at. */
    BROKEN,
    /** Nobody here has heard of such a state. */
    UNKNOWN
  }
}
