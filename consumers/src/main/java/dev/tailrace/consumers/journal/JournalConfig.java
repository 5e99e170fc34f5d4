package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The settings of the journal, from variables that start with {@code JOURNAL_}.
 *
 * @param database reached directly: a lock of the session is what keeps a second journal from
 *     writing
 * @param retention how long it keeps what it knows of an event, counted from the day on which the
 *     event was appended
 * @param lagLimit behind by more than this it is not ready
 */
public record JournalConfig(
    DatabaseConfig database,
    String bootstrapServers,
    Topics topics,
    Duration retention,
    Duration lagLimit,
    AdminAddress admin) {

  /** A partition is a day. */
  private static final Duration LEAST_RETENTION = Duration.ofDays(1);

  public static JournalConfig from(Map<String, String> environment) {
    var settings = new Settings("journal", "JOURNAL_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<String> bootstrap = settings.text("KAFKA_BOOTSTRAP", "kafka:9092");
    Supplier<String> prefix = settings.textOr("TOPIC_PREFIX", "");
    Supplier<Duration> retention =
        settings.durationOr("RETENTION", Duration.ofDays(30), LEAST_RETENTION);
    Supplier<Duration> lagLimit = settings.durationOr("LAG_LIMIT", Duration.ofMinutes(1));
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8085);
    return settings.build(
        () ->
            new JournalConfig(
                database.get(),
                bootstrap.get(),
                new Topics(prefix.get()),
                retention.get(),
                lagLimit.get(),
                admin.get()));
  }
}
