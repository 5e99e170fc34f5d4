package dev.tailrace.relay;

import java.util.HashMap;
import java.util.Map;

/** How the relay's producer is set up. */
final class KafkaSettings {

  private KafkaSettings() {}

  static Map<String, Object> producer(RelayConfig config) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", config.kafka().bootstrap());
    settings.put("client.id", "relay-" + config.slot().name());
    settings.put("transactional.id", transactionalId(config));
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 50); // no event waits for it: the commit flushes
    settings.put("batch.size", 512 << 10);
    settings.put("buffer.memory", 64L << 20);
    settings.put("max.request.size", 4 << 20);
    settings.put("retry.backoff.ms", 10); // a transaction right after another waits for one of it
    settings.put("request.timeout.ms", 10_000);
    settings.put("delivery.timeout.ms", 20_000);
    settings.put("max.block.ms", 15_000);
    settings.put("transaction.timeout.ms", 60_000); // above all that is waited for within one
    return settings;
  }

  /** Two relays of one slot have the same: the later one fences the earlier. */
  static String transactionalId(RelayConfig config) {
    return config.kafka().topicPrefix() + "relay-" + config.slot().name();
  }
}
