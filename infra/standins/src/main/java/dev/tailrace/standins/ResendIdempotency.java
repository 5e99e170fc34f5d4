package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers under each Idempotency-Key which mail was sent, for 24 hours by the clock. The key
 * belongs to its payload; what was refused leaves no trace.
 */
final class ResendIdempotency {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int MOST = 100_000;

  private final Clock clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  ResendIdempotency(Clock clock) {
    this.clock = clock;
  }

  /** What to do with a request that carries a key. */
  sealed interface Verdict {

    /** Send it; then {@link #remember}. */
    record Fresh() implements Verdict {}

    /** It was sent, and this is its id. */
    record Sent(String id) implements Verdict {}

    /** Refuse it. */
    record Refused(ResendProblem problem) implements Verdict {}
  }

  synchronized Verdict begin(String key, JsonNode payload) {
    expire();
    Entry known = entries.get(key);
    if (known == null) {
      entries.put(key, new Entry(payload, Optional.empty(), clock.instant()));
      return new Verdict.Fresh();
    }
    if (!known.payload().equals(payload)) {
      return new Verdict.Refused(ResendProblem.otherPayload());
    }
    return known
        .id()
        .<Verdict>map(Verdict.Sent::new)
        .orElseGet(() -> new Verdict.Refused(ResendProblem.underWay()));
  }

  synchronized void remember(String key, String id) {
    entries.computeIfPresent(
        key, (same, entry) -> new Entry(entry.payload(), Optional.of(id), entry.at()));
  }

  private void expire() {
    Instant oldest = clock.instant().minus(KEPT);
    Iterator<Entry> oldestFirst = entries.values().iterator();
    while (oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next();
      if (entry.at().isAfter(oldest) && entries.size() < MOST) {
        return;
      }
      oldestFirst.remove();
    }
  }

  private record Entry(JsonNode payload, Optional<String> id, Instant at) {}
}
