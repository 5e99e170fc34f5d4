package dev.tailrace.effects;

import java.util.List;

/**
 * A batch that has ended, on its way back to the stream thread.
 *
 * @param scope whose next batch may be formed now
 * @param each its effects in their order, each with how it ended
 * @param next what is to be called again together
 */
record FinishedBatch(BatchScope scope, List<Finished> each, BatchEnded.Next next)
    implements Returned {

  FinishedBatch {
    each = List.copyOf(each);
  }

  @Override
  public int attempts() {
    return each.size();
  }
}
