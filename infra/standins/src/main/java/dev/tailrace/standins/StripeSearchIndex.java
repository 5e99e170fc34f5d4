package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search looks at: objects as they were a while ago, since Stripe's search hears of a change
 * up to a minute after it, and of a customer that was just made not at all.
 */
final class StripeSearchIndex {

  private final Clock clock;
  private final Deque<Change> unheard = new ArrayDeque<>();
  private final Map<String, ObjectNode> known = new LinkedHashMap<>();
  private Duration lag = Duration.ZERO;

  StripeSearchIndex(Clock clock) {
    this.clock = clock;
  }

  /** How long after a change, by the clock, a search hears of it; from now on. */
  synchronized void lag(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a lag must not be below zero: " + duration);
    }
    catchUp();
    lag = duration;
  }

  synchronized void changed(ObjectNode object) {
    unheard.addLast(new Change(clock.instant(), object.deepCopy()));
    catchUp();
  }

  /** The objects that a search knows, the newest first. */
  synchronized List<ObjectNode> known() {
    catchUp();
    return List.copyOf(known.values()).reversed();
  }

  private void catchUp() {
    Instant heard = clock.instant().minus(lag);
    while (!unheard.isEmpty() && !unheard.getFirst().at().isAfter(heard)) {
      ObjectNode object = unheard.removeFirst().object();
      known.put(object.path("id").asText(), object);
    }
  }

  private record Change(Instant at, ObjectNode object) {}
}
