package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what came of the work under each Idempotency-Key, for 24 hours by the clock.
 *
 * <p>A key belongs to what was asked under it first: with anything else it is refused, and while
 * the first request is under way a second one is.
 *
 * @param <Q> what is asked
 * @param <R> what came of it
 */
final class Idempotency<Q, R> {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int MOST = 100_000;

  private final Clock clock;
  private final Map<String, Entry<Q, R>> entries = new LinkedHashMap<>();

  Idempotency(Clock clock) {
    this.clock = clock;
  }

  /** What to do with a request that carries a key. */
  sealed interface Verdict<R> {

    /** Do the work; then {@link #remember} or {@link #forget}. */
    record Fresh<R>() implements Verdict<R> {}

    /** It was done, and this came of it. */
    record Known<R>(R result) implements Verdict<R> {}

    /** The key was used for something else. */
    record OtherParameters<R>() implements Verdict<R> {}

    /** The first request with this key is under way. */
    record InUse<R>() implements Verdict<R> {}
  }

  synchronized Verdict<R> begin(String key, Q asked) {
    expire();
    Entry<Q, R> known = entries.get(key);
    if (known == null) {
      entries.put(key, new Entry<>(asked, Optional.empty(), clock.instant()));
      return new Verdict.Fresh<>();
    }
    if (!known.asked().equals(asked)) {
      return new Verdict.OtherParameters<>();
    }
    return known.result().<Verdict<R>>map(Verdict.Known::new).orElseGet(Verdict.InUse::new);
  }

  synchronized void remember(String key, R result) {
    entries.computeIfPresent(
        key, (same, entry) -> new Entry<>(entry.asked(), Optional.of(result), entry.at()));
  }

  synchronized void forget(String key) {
    entries.remove(key);
  }

  private void expire() {
    Instant oldest = clock.instant().minus(KEPT);
    Iterator<Entry<Q, R>> oldestFirst = entries.values().iterator();
    while (oldestFirst.hasNext()) {
      Entry<Q, R> entry = oldestFirst.next();
      if (entry.at().isAfter(oldest) && entries.size() < MOST) {
        return;
      }
      oldestFirst.remove();
    }
  }

  private record Entry<Q, R>(Q asked, Optional<R> result, Instant at) {}
}
