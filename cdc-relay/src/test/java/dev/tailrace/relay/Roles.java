package dev.tailrace.relay;

import dev.tailrace.contracts.outbox.DatabaseConfig;

/** The same relay, in another role of Postgres. */
final class Roles {

  private Roles() {}

  static RelayConfig as(RelayConfig config, String user, String password) {
    DatabaseConfig database = config.database();
    return new RelayConfig(
        new DatabaseConfig(
            database.url(), user, password, database.poolSize(), database.connectTimeout()),
        config.kafka(),
        config.slot(),
        config.reading(),
        config.retention(),
        config.installation(),
        config.admin());
  }
}
