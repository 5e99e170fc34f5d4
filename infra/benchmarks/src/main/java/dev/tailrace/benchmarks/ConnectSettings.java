package dev.tailrace.benchmarks;

import java.util.HashMap;
import java.util.Map;

/**
 * How the peer is set up: tuned, so that it is compared at its best. Sizes of batches, the linger,
 * the columns and the boundary of a transaction were tried one against another, in a run each; the
 * rest is what is known to cost nothing. {@code --connector} tries others.
 *
 * @param prefix of all topics that it writes
 * @param once whether it writes exactly once
 */
record ConnectSettings(Stage stage, Slot slot, String prefix, boolean once) {

  private static final String TEXT = "org.apache.kafka.connect.storage.StringConverter";

  /** Of the worker. */
  Map<String, String> worker(int port) {
    var settings = new HashMap<String, String>();
    settings.put("bootstrap.servers", stage.bootstrap());
    settings.put("group.id", prefix + "connect");
    settings.put("listeners", "http://127.0.0.1:" + port);
    for (String internal : new String[] {"config", "offset", "status"}) {
      settings.put(internal + ".storage.topic", prefix + "connect." + internal);
      settings.put(internal + ".storage.replication.factor", "1");
    }
    settings.put("offset.storage.partitions", "1");
    settings.put("status.storage.partitions", "1");
    settings.put("key.converter", TEXT);
    settings.put("value.converter", TEXT);
    settings.put("header.converter", TEXT);
    settings.put("scheduled.rebalance.max.delay.ms", "0");
    settings.put("exactly.once.source.support", once ? "enabled" : "disabled");
    return settings;
  }

  /** Of the connector. */
  Map<String, String> connector(Map<String, String> overrides) {
    var settings = new HashMap<String, String>();
    settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.put("tasks.max", "1");
    source(settings);
    reading(settings);
    router(settings);
    producer(settings);
    settings.putAll(overrides);
    return settings;
  }

  private void source(Map<String, String> settings) {
    settings.put("database.hostname", "127.0.0.1");
    settings.put("database.port", Integer.toString(stage.postgres().port()));
    settings.put("database.dbname", "postgres");
    settings.put("database.user", stage.postgres().user());
    settings.put("database.password", "");
    settings.put("topic.prefix", slot.name());
    settings.put("plugin.name", "pgoutput");
    settings.put("slot.name", slot.name());
    settings.put("publication.name", Slot.PUBLICATION);
    settings.put("publication.autocreate.mode", "disabled");
    settings.put("table.include.list", "public.outbox_event");
    settings.put("snapshot.mode", "no_data");
    // Only what it writes: the other columns, two points in time among them, would be decoded for
    // nothing.
    settings.put("column.include.list", "public[.]outbox_event[.](id|aggregate_id|type|payload)");
  }

  private void reading(Map<String, String> settings) {
    settings.put("poll.interval.ms", "5");
    settings.put("max.batch.size", "16384");
    settings.put("max.queue.size", "65536");
    settings.put("max.queue.size.in.bytes", Integer.toString(128 << 20));
    settings.put("tombstones.on.delete", "false");
    settings.put("statistics.metrics.enabled", "false");
    settings.put("extended.headers.enabled", "false");
    settings.put("heartbeat.interval.ms", "1000");
    settings.put(
        "heartbeat.action.query", "select pg_logical_emit_message(false, 'heartbeat', '')");
    settings.put("topic.heartbeat.prefix", prefix + "heartbeat");
    settings.put("topic.creation.default.partitions", "1");
    settings.put("topic.creation.default.replication.factor", "1");
  }

  /** The type names the topic, the aggregate is the key, the id is a header. */
  private void router(Map<String, String> settings) {
    settings.put("transforms", "outbox");
    String outbox = "transforms.outbox.";
    settings.put(outbox + "type", "io.debezium.transforms.outbox.EventRouter");
    settings.put(outbox + "table.field.event.id", "id");
    settings.put(outbox + "table.field.event.key", "aggregate_id");
    settings.put(outbox + "table.field.event.payload", "payload");
    settings.put(outbox + "route.by.field", "type");
    settings.put(outbox + "route.topic.regex", "([^:]+):(.*)");
    settings.put(outbox + "route.topic.replacement", prefix + "events.$1.$2");
  }

  /**
   * The batches of twelve partitions fill slowly. Within a transaction a record may wait for
   * others, since the commit sends what is there; without one it may not, or its latency is the
   * wait.
   */
  private void producer(Map<String, String> settings) {
    String producer = "producer.override.";
    settings.put(producer + "compression.type", "lz4");
    settings.put(producer + "linger.ms", once ? "50" : "5");
    settings.put(producer + "batch.size", Integer.toString(1 << 20));
    settings.put(producer + "buffer.memory", Integer.toString(64 << 20));
    settings.put(producer + "max.request.size", Integer.toString(4 << 20));
    if (once) {
      settings.put("exactly.once.support", "required");
      settings.put("transaction.boundary", "poll"); // at intervals it was slower
    }
  }
}
