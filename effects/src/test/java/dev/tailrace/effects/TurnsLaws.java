package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.effects.Rate.Pace;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** However many ask for permits of a rate, and however late they come for their turns. */
class TurnsLaws {

  /** After its turn. Who is late, or never comes, holds up those behind it for a while. */
  private static final Duration LATEST = Duration.ofSeconds(3);

  @Test
  void whoComesForHisTurnWaitsOnceAndInTheOrderOfAsking() {
    Seeds.forEach(
        200,
        seed -> {
          var run = new Run(seed, true);
          run.go();
          assertThat(run.taken.keySet()).containsExactlyElementsOf(run.asked.keySet());
          assertThat(run.asked.values()).allMatch(asks -> asks <= 2);
          run.noWindowHasMoreThanItsPermits();
        });
  }

  @Test
  void noWindowHasMoreThanItsPermitsHoweverLateTheyCome() {
    Seeds.forEach(
        200,
        seed -> {
          var run = new Run(seed, false);
          run.go();
          run.noWindowHasMoreThanItsPermits();
        });
  }

  @Test
  void noneWaitsForEver() {
    Seeds.forEach(
        200,
        seed -> {
          var run = new Run(seed, false);
          run.go();
          assertThat(run.taken).hasSize(run.asked.size() - run.gone);
          Duration all = run.pace.interval().multipliedBy(2L * run.asked.size() + 7);
          Duration late = LATEST.plus(Turns.AWAITED).multipliedBy(1L + run.late);
          assertThat(run.now).isBefore(run.lastArrival.plus(all).plus(late));
        });
  }

  /** Effects come over some time; each comes again when it was told to, more or less. */
  private static final class Run {

    private record Coming(Instant at, int number, EffectKey key) {}

    private final Seed seed;
    private final boolean punctual;
    private final Turns turns = new Turns();
    private final PriorityQueue<Coming> coming =
        new PriorityQueue<>(Comparator.comparing(Coming::at).thenComparingInt(Coming::number));
    private final Pace pace;

    /** How often each has asked, in the order in which they first did. */
    private final Map<EffectKey, Integer> asked = new LinkedHashMap<>();

    private final Map<EffectKey, Instant> taken = new LinkedHashMap<>();
    private int gone;
    private int late;
    private Instant now = Instant.EPOCH;
    private Instant lastArrival = Instant.EPOCH;

    Run(Seed seed, boolean punctual) {
      this.seed = seed;
      this.punctual = punctual;
      this.pace = new Pace(Duration.ofMillis(seed.between(1, 50)), seed.between(1, 5));
    }

    void go() {
      int effects = 3 * seed.size();
      int millis = seed.between(1, 50) * effects;
      for (int i = 0; i < effects; i++) {
        var key = new EffectKey("c", "lane", "%019d".formatted(i), new UUID(0, i), "");
        comes(key, Instant.EPOCH.plusMillis(seed.below(millis)));
      }
      while (!coming.isEmpty()) {
        Coming next = coming.remove();
        now = next.at();
        asks(next.key());
      }
    }

    private void comes(EffectKey key, Instant at) {
      // Of those that come at once any may be the first.
      coming.add(new Coming(at, seed.below(1_000), key));
    }

    private void asks(EffectKey key) {
      int asks = asked.merge(key, 1, Integer::sum);
      if (asks == 1) {
        lastArrival = now;
      }
      Optional<Instant> turn = turns.take(key, permits(key), pace, now);
      if (turn.isEmpty()) {
        taken.put(key, now);
      } else {
        assertThat(turn.get()).isAfter(now);
        comesAgain(key, turn.get(), asks);
      }
    }

    private void comesAgain(EffectKey key, Instant turn, int asks) {
      if (punctual) {
        comes(key, turn);
      } else if (asks == 1 && seed.oneIn(20)) {
        gone++;
        late++;
      } else if (asks == 1 && seed.oneIn(10)) {
        late++;
        comes(key, turn.plusMillis(seed.below((int) LATEST.toMillis())));
      } else {
        comes(key, turn.plusMillis(seed.below(20)));
      }
    }

    /** In any time all that was taken before the last of it is within the rate. */
    void noWindowHasMoreThanItsPermits() {
      List<EffectKey> keys = List.copyOf(taken.keySet());
      List<Instant> times = List.copyOf(taken.values());
      for (int first = 0; first < times.size(); first++) {
        long before = 0;
        for (int last = first; last < times.size(); last++) {
          Duration window = Duration.between(times.get(first), times.get(last));
          assertThat(before)
              .isLessThanOrEqualTo(window.dividedBy(pace.interval()) + pace.burst() - 1);
          before += permits(keys.get(last));
        }
      }
    }

    /** Every tenth takes several, as batches do. */
    private int permits(EffectKey key) {
      long number = key.eventId().getLeastSignificantBits();
      return number % 10 == 0 ? 1 + (int) (number % 7) : 1;
    }
  }
}
