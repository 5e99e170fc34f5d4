package dev.tailrace.relay;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import java.util.Properties;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;

/** How the engine is set up, each setting that is not obvious with its reason. */
final class DebeziumSettings {

  private DebeziumSettings() {}

  /**
   * The settings.
   *
   * @param reading the name of what the task reads, of this engine alone
   */
  static Properties of(RelayConfig config, String reading) {
    var settings = new Properties();
    String name = config.slot().name();
    settings.setProperty("name", name);
    // Debezium names its JMX beans by it, and waits 5 s for one that another engine has.
    settings.setProperty("topic.prefix", reading);
    settings.setProperty("connector.class", DebeziumConnector.class.getName());
    settings.setProperty(DebeziumTask.READING, reading);
    connection(settings, config.database());
    slot(settings, config.slot());
    reading(settings);
    return settings;
  }

  private static void slot(Properties settings, RelayConfig.Slot slot) {
    settings.setProperty("plugin.name", "pgoutput");
    settings.setProperty("slot.name", slot.name());
    settings.setProperty("slot.drop.on.stop", "false");
    settings.setProperty("publication.name", slot.publication());
    settings.setProperty("publication.autocreate.mode", "disabled");
    settings.setProperty("table.include.list", "[^.]+\\.outbox_event");
    settings.setProperty("snapshot.mode", "no_data");
    // The slot alone says where to begin, and the position in Kafka what of it is there already.
    settings.setProperty("offset.storage", MemoryOffsetBackingStore.class.getName());
    // For the same reason nothing is retried within an engine, which would keep that offset: it
    // stops, and a new one is made.
    settings.setProperty("errors.max.retries", "0");
    settings.setProperty("slot.max.retries", "0");
  }

  private static void reading(Properties settings) {
    // Nothing but heartbeats passes through Debezium's queue, and nobody waits for them.
    settings.setProperty("poll.interval.ms", "1000");
    // An idle database keeps its WAL until something is confirmed: so something comes.
    settings.setProperty("heartbeat.interval.ms", "1000");
    settings.setProperty(
        "heartbeat.action.query", "select pg_logical_emit_message(false, 'heartbeat', '')");
    settings.setProperty("record.processing.shutdown.timeout.ms", "500");
    settings.setProperty("statistics.metrics.enabled", "false");
    settings.setProperty("extended.headers.enabled", "false");
  }

  private static void connection(Properties settings, DatabaseConfig database) {
    PostgresAddress address = PostgresAddress.of(database.url());
    settings.setProperty("database.hostname", address.host());
    settings.setProperty("database.port", Integer.toString(address.port()));
    settings.setProperty("database.dbname", address.database());
    settings.setProperty("database.user", database.user());
    settings.setProperty("database.password", database.password());
    // A heartbeat that is never answered would end the reading without a word.
    settings.setProperty("driver.socketTimeout", Postgres.ANSWER_SECONDS);
    settings.setProperty("driver.loginTimeout", Postgres.ANSWER_SECONDS);
    address.parameters().forEach((name, value) -> settings.setProperty("driver." + name, value));
  }
}
