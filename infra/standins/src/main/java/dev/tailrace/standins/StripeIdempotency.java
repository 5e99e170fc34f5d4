package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what was answered under each Idempotency-Key, for 24 hours by the clock.
 *
 * <p>What is remembered is the answer of work that had begun, errors and 500s included; a request
 * that failed validation leaves no trace. The key belongs to its parameters: with others it is
 * refused, and while the first request is under way a second one is.
 */
final class StripeIdempotency {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int MOST = 100_000;

  private final Clock clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  StripeIdempotency(Clock clock) {
    this.clock = clock;
  }

  /** What to do with a request that carries a key. */
  sealed interface Verdict {

    /** Do the work; then {@link #remember} or {@link #forget}. */
    record Fresh() implements Verdict {}

    /** Answer this again. */
    record Replay(Reply.Answer answer) implements Verdict {}

    /** The key was used with other parameters, or another path. */
    record OtherParameters() implements Verdict {}

    /** The first request with this key is under way. */
    record InUse() implements Verdict {}
  }

  synchronized Verdict begin(String key, String fingerprint) {
    expire();
    Entry known = entries.get(key);
    if (known == null) {
      entries.put(key, new Entry(fingerprint, Optional.empty(), clock.instant()));
      return new Verdict.Fresh();
    }
    if (!known.fingerprint().equals(fingerprint)) {
      return new Verdict.OtherParameters();
    }
    return known.answer().<Verdict>map(Verdict.Replay::new).orElseGet(Verdict.InUse::new);
  }

  synchronized void remember(String key, Reply.Answer answer) {
    entries.computeIfPresent(
        key, (same, entry) -> new Entry(entry.fingerprint(), Optional.of(answer), entry.at()));
  }

  synchronized void forget(String key) {
    entries.remove(key);
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

  private record Entry(String fingerprint, Optional<Reply.Answer> answer, Instant at) {}
}
