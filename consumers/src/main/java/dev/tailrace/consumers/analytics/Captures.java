package dev.tailrace.consumers.analytics;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where events are counted. */
interface Captures {

  /** What an answer can be. */
  sealed interface Answer {

    /** All of them were taken, or had been before. */
    record Accepted() implements Answer {}

    /**
     * To be sent again later, with the same ids: some of them may have been taken.
     *
     * @param delay how long it asks to wait, if it does
     */
    record Unavailable(Optional<Duration> delay, String reason) implements Answer {}

    /** One of them, or all together, can't be taken: sending the same again will not help. */
    record Refused(String reason) implements Answer {}
  }

  /** Sends them in one call and waits for the answer. */
  Answer capture(List<Capture> captures) throws InterruptedException;
}
