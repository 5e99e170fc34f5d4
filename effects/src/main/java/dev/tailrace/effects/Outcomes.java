package dev.tailrace.effects;

import java.util.List;

/** One outcome for each effect of a batch, in the order of {@link Batch#effects}. */
public record Outcomes(List<Outcome> each) implements HandledBatch {
  public Outcomes {
    each = List.copyOf(each);
  }
}
