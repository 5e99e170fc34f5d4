package dev.tailrace.effects;

/** What comes back from a worker to the stream thread. */
sealed interface Returned permits Finished, FinishedBatch {

  /** How many attempts it is of. */
  int attempts();
}
