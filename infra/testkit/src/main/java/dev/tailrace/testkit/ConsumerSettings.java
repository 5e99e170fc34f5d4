package dev.tailrace.testkit;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The variables of a service that follows events, for a test's own database and topics. */
public final class ConsumerSettings {

  private ConsumerSettings() {}

  /**
   * Those that all of them have; a test adds the others.
   *
   * @param prefix of the service's variables, such as {@code BILLING_}
   * @param state an empty folder
   */
  public static Map<String, String> of(
      String prefix, TestDatabase database, TestTopics topics, Path state) {
    var settings = new HashMap<String, String>();
    settings.put(prefix + "DB_URL", database.jdbcUrl());
    settings.put(prefix + "DB_USER", database.user());
    settings.put(prefix + "DB_PASSWORD", database.password());
    settings.put(prefix + "KAFKA_BOOTSTRAP", topics.bootstrapServers());
    settings.put(prefix + "TOPIC_PREFIX", topics.prefix());
    settings.put(prefix + "INSTANCE", "test-0");
    settings.put(prefix + "STATE_DIR", state.toString());
    settings.put(prefix + "ADMIN_PORT", "0");
    return settings;
  }
}
