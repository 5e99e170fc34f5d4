package dev.tailrace.consumers.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * The days that the journal keeps: an event's is that on which its id was made.
 *
 * <p>The id is all that events, attempts and dead letters have in common, so that the same day is
 * found whatever tells of the event.
 *
 * @param kept how long a day is kept, from its beginning
 */
record JournalDays(Clock clock, Duration kept) {

  private static final int VERSION_WITH_TIME = 7;
  private static final int TIME_SHIFT = 16;

  /** Clocks differ; more than this is a wrong one, or no id of ours. */
  private static final int MOST_AHEAD = 1;

  /** The first day that is kept. */
  LocalDate oldest() {
    return day(clock.instant().minus(kept));
  }

  LocalDate today() {
    return day(clock.instant());
  }

  /** Whether the journal keeps, or would still keep, what belongs to this event. */
  boolean keeps(UUID eventId) {
    return !dayOf(eventId).isBefore(oldest());
  }

  /**
   * Whether it is an id that the outbox could have given.
   *
   * @throws IllegalArgumentException saying why not
   */
  void check(UUID eventId) {
    if (eventId.version() != VERSION_WITH_TIME) {
      throw new IllegalArgumentException("the event's id " + eventId + " is no UUIDv7");
    }
    if (dayOf(eventId).isAfter(today().plusDays(MOST_AHEAD))) {
      throw new IllegalArgumentException("the event's id " + eventId + " is of the future");
    }
  }

  static LocalDate dayOf(UUID eventId) {
    return day(Instant.ofEpochMilli(eventId.getMostSignificantBits() >>> TIME_SHIFT));
  }

  private static LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }
}
