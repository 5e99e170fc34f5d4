package dev.tailrace.effects;

import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.service.Settings;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * How an application runs.
 *
 * @param instance the stable name of this instance: with it a restart within 20 s takes its tasks
 *     up again at once
 * @param stateDirectory where the local state is kept; a cache, which is rebuilt from Kafka when it
 *     is lost
 * @param threads stream threads
 * @param concurrency how many attempts run at once
 * @param source the {@code ce_source} of what the application writes
 */
public record EffectsConfig(
    String bootstrapServers,
    Topics topics,
    String instance,
    Path stateDirectory,
    int threads,
    int concurrency,
    String source) {

  /**
   * Reads {@code KAFKA_BOOTSTRAP}, {@code TOPIC_PREFIX}, {@code INSTANCE}, {@code STATE_DIR},
   * {@code THREADS}, {@code CONCURRENCY} and {@code INSTALLATION}.
   */
  public static Supplier<EffectsConfig> from(Settings settings) {
    Supplier<String> bootstrap = settings.text("KAFKA_BOOTSTRAP", "kafka:9092");
    Supplier<String> prefix = settings.textOr("TOPIC_PREFIX", "");
    Supplier<String> instance = settings.text("INSTANCE", "billing-0");
    Supplier<String> state = settings.text("STATE_DIR", "/var/lib/tailrace");
    Supplier<Integer> threads = settings.numberOr("THREADS", 1, 1, 64);
    Supplier<Integer> concurrency = settings.numberOr("CONCURRENCY", 256, 1, 100_000);
    Supplier<String> installation = settings.textOr("INSTALLATION", "tailrace");
    return () ->
        new EffectsConfig(
            bootstrap.get(),
            new Topics(prefix.get()),
            instance.get(),
            Path.of(state.get()),
            threads.get(),
            concurrency.get(),
            "/tailrace/" + installation.get());
  }
}
