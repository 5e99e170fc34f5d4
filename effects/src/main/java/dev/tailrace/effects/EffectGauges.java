package dev.tailrace.effects;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What an instance is asked when its metrics are read: the sum of what its open tasks have last
 * told, so that the share of one that is closed goes away with it.
 */
final class EffectGauges {

  private final MeterRegistry registry;
  private final Instance shared;
  private final Tags application;

  private EffectGauges(MeterRegistry registry, String application, Instance shared) {
    this.registry = registry;
    this.shared = shared;
    this.application = Tags.of("application", application);
  }

  static void register(MeterRegistry registry, String application, Instance shared) {
    new EffectGauges(registry, application, shared).all();
  }

  private void all() {
    shared.meters().begin(shared.consumers().names());
    shared.consumers().names().forEach(this::ofConsumer);
    Breakers breakers = shared.attempts().breakers();
    Rates rates = shared.attempts().rates();
    gauge("breakers.open", application, breakers::open);
    gauge("breakers.known", application, breakers::remembered);
    gauge("rates.known", application, rates::remembered);
    gauge("rates.held", application, () -> rates.waiting().size());
    gauge("workers.free", application, () -> shared.workers().free(false));
    gauge("tasks", application, () -> shared.watch().open().size());
  }

  private void ofConsumer(String consumer) {
    Tags tags = application.and("consumer", consumer);
    gauge("pending", tags, () -> sum(tally -> tally.pending(consumer)));
    Gauge.builder("tailrace.effects.oldest.age", () -> oldestAge(consumer))
        .tags(tags)
        .baseUnit("seconds")
        .register(registry);
    for (Standing standing : Standing.OF_HEADS) {
      gauge(
          "lanes",
          tags.and("state", standing.label()),
          () -> sum(tally -> tally.lanes(consumer, standing)));
    }
  }

  private void gauge(String name, Tags tags, Supplier<Number> value) {
    Gauge.builder("tailrace.effects." + name, value).tags(tags).register(registry);
  }

  private int sum(ToIntFunction<Tally> share) {
    return shared.watch().open().stream().map(Watched::tally).mapToInt(share).sum();
  }

  private double oldestAge(String consumer) {
    Optional<Instant> oldest =
        shared.watch().open().stream()
            .flatMap(task -> task.tally().oldest(consumer).stream())
            .min(Comparator.naturalOrder());
    return oldest
        .map(since -> Duration.between(since, shared.clock().instant()).toMillis() / 1_000.0)
        .orElse(0.0);
  }
}
