package dev.tailrace.effects;

import java.util.Optional;

/**
 * How an attempt ended, and what must not be done again.
 *
 * @param carriedOut the result of a call that was made, though the record of it could not be
 *     written: only the record is tried again
 */
record Ended(Outcome outcome, Optional<String> carriedOut) {

  static Ended with(Outcome outcome) {
    return new Ended(outcome, Optional.empty());
  }
}
