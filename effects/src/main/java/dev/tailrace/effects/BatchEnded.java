package dev.tailrace.effects;

import java.util.List;
import java.util.Set;

/**
 * How a batch ended.
 *
 * @param each how each of its effects did, in their order
 */
record BatchEnded(List<Ended> each, Next next) {

  BatchEnded {
    each = List.copyOf(each);
  }

  /** Which of its effects are called again together. */
  sealed interface Next {

    /** Each goes its own way. */
    record Alone() implements Next {}

    /** These, as they were, after a delay. */
    record AsTheyWere(Set<EffectKey> called) implements Next {
      public AsTheyWere {
        called = Set.copyOf(called);
      }
    }

    /** These, the first half and then the other, at once. */
    record InHalves(Set<EffectKey> called) implements Next {
      public InHalves {
        called = Set.copyOf(called);
      }
    }
  }
}
