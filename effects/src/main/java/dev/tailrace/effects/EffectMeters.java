package dev.tailrace.effects;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What an application counts as it happens; no tenant among the labels, of which there is no end.
 *
 * <p>It is counted for each effect, so that everything of a consumer is looked up once.
 */
final class EffectMeters {

  private static final Duration[] OF_ATTEMPTS =
      times("PT0.005S", "PT0.02S", "PT0.1S", "PT0.5S", "PT2S", "PT10S", "PT1M");
  private static final Duration[] OF_COMPLETIONS =
      times("PT0.1S", "PT0.5S", "PT2S", "PT10S", "PT1M", "PT10M", "PT1H", "PT6H", "P1D");

  private final MeterRegistry registry;
  private final String application;
  private final Map<String, OfConsumer> consumers = new ConcurrentHashMap<>();

  EffectMeters(MeterRegistry registry, String application) {
    this.registry = registry;
    this.application = application;
  }

  private static Duration[] times(String... texts) {
    return Stream.of(texts).map(Duration::parse).toArray(Duration[]::new);
  }

  private final class OfConsumer {

    private final String consumer;
    private final Counter doneBefore;
    private final Counter pendingBefore;
    private final Map<String, Timer> attempts = new ConcurrentHashMap<>();
    private final Map<String, Timer> completions = new ConcurrentHashMap<>();
    private final Map<Death, Counter> dead = new ConcurrentHashMap<>();

    OfConsumer(String consumer) {
      this.consumer = consumer;
      this.doneBefore = duplicates("done");
      this.pendingBefore = duplicates("pending");
    }

    private Counter duplicates(String since) {
      return Counter.builder("tailrace.effects.duplicates")
          .tag("application", application)
          .tag("consumer", consumer)
          .tag("was", since)
          .register(registry);
    }

    private Timer attempts(String outcome) {
      return attempts.computeIfAbsent(
          outcome, label -> timer("tailrace.effects.attempts", label, OF_ATTEMPTS));
    }

    private Timer completions(String outcome) {
      return completions.computeIfAbsent(
          outcome, label -> timer("tailrace.effects.completion", label, OF_COMPLETIONS));
    }

    private Timer timer(String name, String outcome, Duration[] buckets) {
      return Timer.builder(name)
          .tag("application", application)
          .tag("consumer", consumer)
          .tag("outcome", outcome)
          .serviceLevelObjectives(buckets)
          .register(registry);
    }

    private Counter dead(Death death) {
      return dead.computeIfAbsent(death, kind -> EffectMeters.this.dead(consumer, kind));
    }
  }

  private OfConsumer of(String consumer) {
    return consumers.computeIfAbsent(consumer, OfConsumer::new);
  }

  private Counter dead(String consumer, Death death) {
    return Counter.builder("tailrace.effects.dead")
        .tag("application", application)
        .tag("consumer", consumer)
        .tag("reason", death.label())
        .register(registry);
  }

  /** Begins to count at zero: of a counter that appears with its first event no rise is seen. */
  void begin(Iterable<String> names) {
    for (String name : names) {
      Death.OF_EFFECTS.forEach(of(name)::dead);
    }
  }

  /** An attempt has ended, or was not made because something holds it. */
  void attempt(Finished finished) {
    OfConsumer its = of(finished.key().consumer());
    its.attempts(finished.label()).record(finished.took());
    if (finished.outcome().equals(Attempt.DONE_BEFORE)) {
      its.doneBefore.increment();
    }
  }

  /** An effect is settled: it was pending since its event was committed. */
  void settled(Finished finished, String outcome) {
    Instant ended = finished.startedAt().plus(finished.took());
    Duration took = Duration.between(finished.pending().since(), ended);
    of(finished.key().consumer())
        .completions(outcome)
        .record(took.isNegative() ? Duration.ZERO : took);
  }

  /** An event came again while its effect was pending. */
  void pendingBefore(EffectKey key) {
    of(key.consumer()).pendingBefore.increment();
  }

  void dead(EffectKey key, Death death) {
    of(key.consumer()).dead(death).increment();
  }

  /** A record that is no effect of any consumer. */
  void dead(Death death) {
    dead("", death).increment();
  }
}
