package dev.tailrace.effects;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The breakers of an instance, one for each destination that has failed lately: whoever sends
 * something there asks first, and tells afterwards.
 */
final class Breakers {

  private static final Logger log = LoggerFactory.getLogger(Breakers.class);

  /** Beyond these, those at which nobody waits are forgotten. */
  private static final int MOST_REMEMBERED = 10_000;

  private static final String EVENT = "destination answers";

  private static final Breaker FRESH = new Breaker.Closed(0);

  private final Clock clock;

  /** Without those that are as fresh: there is no end to the destinations that work. */
  private final ConcurrentMap<String, Breaker> breakers = new ConcurrentHashMap<>();

  private final Set<Answers> listening = ConcurrentHashMap.newKeySet();

  Breakers(Clock clock) {
    this.clock = clock;
  }

  /** What those wait for that were told to leave this destination alone. */
  static Awaited answerOf(String destination) {
    return new Awaited(EVENT, destination);
  }

  /** Whether it is that a destination answers. */
  static boolean isAnswer(Awaited awaited) {
    return awaited.event().equals(EVENT);
  }

  /** It is no more: whoever waits for it is told, and goes elsewhere. */
  void ended(String destination) {
    if (closes(destination)) {
      log.atInfo().addKeyValue("destination", destination).log("a destination is no more");
      listening.forEach(answers -> answers.add(answerOf(destination)));
    }
  }

  /** Tells this one of each destination that answers again. */
  void listen(Answers answers) {
    listening.add(answers);
  }

  void forget(Answers answers) {
    listening.remove(answers);
  }

  /**
   * Asks whether something may be sent there now; after a pause one may, to find out.
   *
   * @return until when not; empty when it may, and then it must be told what came of it
   */
  Optional<Instant> heldUntil(String destination) {
    return breakers.containsKey(destination) ? asked(destination) : Optional.empty();
  }

  private synchronized Optional<Instant> asked(String destination) {
    Optional<Instant> until = leftAloneUntil(destination);
    if (until.isEmpty()) {
      Instant now = clock.instant();
      breakers.computeIfPresent(
          destination,
          (its, breaker) ->
              switch (breaker) {
                case Breaker.Closed closed -> closed;
                case Breaker.Open open -> open.probed(now);
                case Breaker.Probing probing -> probing.probed(now);
              });
    }
    return until;
  }

  /** Looks until when nothing is sent there; whoever goes on asks all the same. */
  Optional<Instant> leftAloneUntil(String destination) {
    Instant now = clock.instant();
    return switch (breakers.getOrDefault(destination, FRESH)) {
      case Breaker.Closed closed -> Optional.empty();
      case Breaker.Open open when open.isOver(now) -> Optional.empty();
      case Breaker.Open open -> Optional.of(open.until());
      case Breaker.Probing probing when probing.isOver(now) -> Optional.empty();
      case Breaker.Probing probing -> Optional.of(now.plus(Breaker.FIRST_PAUSE));
    };
  }

  /** Whether it says that the destination does not work; whoever names a delay does. */
  static boolean isFailure(Outcome outcome) {
    return outcome instanceof Outcome.RetryAfter retry && retry.delay().isEmpty();
  }

  /** Tells what came of an attempt at it. */
  void tell(String destination, Outcome outcome) {
    switch (outcome) {
      case Outcome.RetryAfter retry when retry.delay().isEmpty() -> failed(destination, retry);
      case Outcome.Done done -> answered(destination);
      case Outcome.Skipped skipped -> answered(destination);
      case Outcome.Dead dead -> answered(destination);
      case Outcome.RetryAfter retry -> answered(destination);
      case Outcome.Parked parked -> answered(destination);
    }
  }

  private synchronized void failed(String destination, Outcome.RetryAfter failure) {
    Instant now = clock.instant();
    Breaker before = breakers.getOrDefault(destination, FRESH);
    Breaker after = before.failed(now);
    if (breakers.size() >= MOST_REMEMBERED && !breakers.containsKey(destination)) {
      breakers.values().removeIf(breaker -> breaker.isForgettable(now));
    }
    breakers.put(destination, after);
    if (after instanceof Breaker.Open open && !after.equals(before)) {
      log.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("until", open.until())
          .addKeyValue("reason", failure.reason())
          .log("a destination does not answer, and is left alone for a while");
    }
  }

  private void answered(String destination) {
    if (breakers.containsKey(destination) && closes(destination)) {
      log.atInfo().addKeyValue("destination", destination).log("a destination answers again");
      listening.forEach(answers -> answers.add(answerOf(destination)));
    }
  }

  private synchronized boolean closes(String destination) {
    Breaker before = breakers.remove(destination);
    return before instanceof Breaker.Open || before instanceof Breaker.Probing;
  }

  /** Those that are left alone now, or are being probed. */
  SortedMap<String, Breaker> leftAlone() {
    var alone = new TreeMap<>(breakers);
    alone.values().removeIf(each -> each instanceof Breaker.Closed);
    return alone;
  }

  /** How many are known to have failed lately. */
  int remembered() {
    return breakers.size();
  }

  /** How many destinations are left alone now. */
  int open() {
    return (int)
        breakers.values().stream().filter(each -> !(each instanceof Breaker.Closed)).count();
  }
}
