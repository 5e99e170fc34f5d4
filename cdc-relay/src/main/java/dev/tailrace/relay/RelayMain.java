package dev.tailrace.relay;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.service.ServiceMain;
import java.time.Clock;
import java.time.Duration;

/** The relay as a service. */
public final class RelayMain {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SLOT = Duration.ofSeconds(5);

  private RelayMain() {}

  /** Runs the relay as a process of its own, set up by the environment. */
  public static void main(String[] arguments) {
    ServiceMain.run(environment -> start(RelayConfig.from(environment), Clock.systemUTC()));
  }

  /**
   * Starts a relay in this process. Returns at once: Kafka and Postgres may come later, and what is
   * committed meanwhile is not lost. Ready ({@code /health/ready} on the admin port) once rows
   * flow.
   */
  public static Service start(RelayConfig config, Clock clock) {
    return Service.start(
        "cdc-relay",
        config.admin(),
        service -> {
          var watch = new SlotWatch(System::nanoTime);
          var meters = new RelayMeters(service.meters(), clock, watch);
          var postgres = new Postgres(config.database());
          var slot = new PostgresSlot(postgres, config.slot().name());
          var outbox = new OutboxTable(postgres, config.slot());
          var retention = new OutboxRetention(postgres, config, clock, meters);
          var relay = service.with(new Relay(config, slot, outbox, meters, service::fail));
          service.health().ready("relay", relay::problem);
          service.health().ready("slot", watch::problem);
          relay.start();
          var quarantine = new Quarantine(postgres, config.slot().name());
          service
              .with(new Housekeeping())
              .every(SLOT, "look at the slot", new SlotWatcher(slot, quarantine, watch, meters))
              .every(HOUR, "make partitions", outbox::makePartitions)
              .every(HOUR, "drop old partitions", retention::dropPartitions)
              .every(HOUR, "delete old dedupe keys", retention::deleteDedupeKeys);
        });
  }
}
