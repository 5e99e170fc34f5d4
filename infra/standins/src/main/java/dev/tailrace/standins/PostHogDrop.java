package dev.tailrace.standins;

/**
 * An event that PostHog dropped, although it answered 200.
 *
 * @param reason what was wrong with it
 * @param event as it was sent: JSON, in one line
 */
public record PostHogDrop(String reason, String event) {

  /** About what it takes in memory. */
  long bytes() {
    return 200L + reason.length() + event.length();
  }
}
