package dev.tailrace.standins;

/** What lets connections in: opened and shut by {@link Faults}, always on one port. */
interface Door {

  /** Accepts connections from now on; nothing when it does already. */
  void open();

  /**
   * Refuses connections from now on and drops those that are open; nothing when it does already.
   */
  void shut();
}
