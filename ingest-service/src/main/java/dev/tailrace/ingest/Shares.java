package dev.tailrace.ingest;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests each source, account or token has among those that are worked on, so that none
 * of them can take all the places: who floods is asked to slow down before the others notice.
 */
final class Shares {

  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final int most;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  /**
   * @param most the most that one of them may have at once
   */
  Shares(int most) {
    this.most = most;
  }

  /** What is done while its place is held. */
  @FunctionalInterface
  interface Work<E extends Exception> {
    Answer answer() throws E, SQLException;
  }

  /**
   * Does the work in a place of the key's, or asks to slow down when the key has all that it may
   * have.
   *
   * @param title what is said then
   */
  <E extends Exception> Answer holding(String key, String title, Work<E> work)
      throws E, SQLException {
    if (!take(key)) {
      return Answer.tooMany(COME_BACK, title);
    }
    try {
      return work.answer();
    } finally {
      taken.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private boolean take(String key) {
    boolean[] granted = new boolean[1];
    taken.compute(
        key,
        (_, count) -> {
          int now = count == null ? 0 : count;
          granted[0] = now < most;
          return granted[0] ? Integer.valueOf(now + 1) : count;
        });
    return granted[0];
  }
}
