package dev.tailrace.relay;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;

/** A relay as a process of its own, as in production, so that it can be killed. */
final class KillableRelay {

  /** More than enough for what a relay may have in memory at once. */
  static final String HEAP = "-Xmx160m";

  private KillableRelay() {}

  /** Starts it, and returns at once. It ends when its heap is too small for it. */
  static ServiceProcess start(RelayConfig config, int adminPort, Path output) throws IOException {
    var environment = new HashMap<String, String>();
    environment.put("RELAY_DB_URL", config.database().url());
    environment.put("RELAY_DB_USER", config.database().user());
    environment.put("RELAY_DB_PASSWORD", config.database().password());
    environment.put("RELAY_KAFKA_BOOTSTRAP", config.kafka().bootstrap());
    if (!config.kafka().topicPrefix().isEmpty()) {
      environment.put("RELAY_TOPIC_PREFIX", config.kafka().topicPrefix());
    }
    environment.put("RELAY_PARTITIONS", Integer.toString(config.kafka().partitions()));
    environment.put("RELAY_SLOT", config.slot().name());
    environment.put("RELAY_ADMIN_PORT", Integer.toString(adminPort));
    return ServiceProcess.start(
        RelayMain.class,
        List.of(
            HEAP,
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=logback.xml"),
        environment,
        output);
  }
}
