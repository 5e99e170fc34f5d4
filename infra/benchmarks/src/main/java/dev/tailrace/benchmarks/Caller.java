package dev.tailrace.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** Who makes a call for each event, and whose speed in that is measured. */
interface Caller extends Participant {

  /** Whether a call holds up all others. */
  boolean oneByOne();

  /** Whether it writes to {@code effects.attempts} when each call was through. */
  boolean records();

  /** Whether it is measured under this load. */
  default boolean takes(EffectLoad load) {
    return true;
  }

  /**
   * Makes what it needs.
   *
   * @param id tells this entry from all others of the run
   */
  EffectEntry enter(Stage stage, String id, EffectLoad load, int concurrency)
      throws IOException, SQLException;
}
