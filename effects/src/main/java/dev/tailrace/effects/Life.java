package dev.tailrace.effects;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One life of a task, from {@code init} to {@code close}, and the numbers of its attempts.
 *
 * <p>A process that was paused, lost its tasks and goes on believes that it still has them: what it
 * sends then has a number of its former life, below all of the next one. So nothing is attempted
 * before the number of the life itself is committed, for a life that can't be committed was never
 * lived.
 */
final class Life {

  static final String LAST = "last";

  /** Attempts of a life; beyond them its numbers are those of a second later, which do as well. */
  private static final int ATTEMPT_BITS = 31;

  private final Commits commits;
  private final long commitsBefore;
  private long lastAttempt;

  /**
   * Begins one.
   *
   * @param store where the number of the last life is
   */
  Life(KeyValueStore<String, byte[]> store, Commits commits, Instant now) {
    byte[] last = store.get(LAST);
    // By the clock, so that numbers go on when the store was reset; by the store, so that they do
    // when the clock was set back.
    long number =
        Math.max(now.getEpochSecond(), last == null ? 0 : ByteBuffer.wrap(last).getLong() + 1);
    store.put(LAST, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    this.commits = commits;
    this.commitsBefore = commits.count();
    this.lastAttempt = number << ATTEMPT_BITS;
  }

  /** Whether it is committed, so that effects may be attempted. */
  boolean hasBegun() {
    return commits.count() > commitsBefore;
  }

  /** A number above all that the task has given before, in this life and those before it. */
  long nextAttempt() {
    return ++lastAttempt;
  }
}
