package dev.tailrace.effects;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What an application's effects are counted by; no tenant among the labels, of which there is no
 * end.
 */
final class EffectMeters {

  private final MeterRegistry registry;
  private final String application;
  private final AtomicInteger pending;
  private final Map<Ending, Timer> attempts = new ConcurrentHashMap<>();

  private record Ending(String consumer, String label) {}

  EffectMeters(MeterRegistry registry, String application) {
    this.registry = registry;
    this.application = application;
    this.pending =
        registry.gauge(
            "tailrace.effects.pending",
            io.micrometer.core.instrument.Tags.of("application", application),
            new AtomicInteger());
  }

  void attempt(Finished finished) {
    attempts
        .computeIfAbsent(new Ending(finished.key().consumer(), finished.label()), this::timer)
        .record(finished.took());
  }

  private Timer timer(Ending ending) {
    return Timer.builder("tailrace.effects.attempts")
        .tag("application", application)
        .tag("consumer", ending.consumer())
        .tag("outcome", ending.label())
        .register(registry);
  }

  /**
   * @param consumer empty for a record that can't be read as an event
   */
  void dead(String consumer) {
    registry
        .counter("tailrace.effects.dead", "application", application, "consumer", consumer)
        .increment();
  }

  void openBreakers(Supplier<Number> open) {
    Gauge.builder("tailrace.effects.breakers.open", open)
        .tag("application", application)
        .register(registry);
  }

  void pendingChanged(int by) {
    pending.addAndGet(by);
  }
}
