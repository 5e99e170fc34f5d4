package dev.tailrace.bridge;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.service.ServiceMain;
import dev.tailrace.effects.Effects;
import java.time.Clock;

/** The realtime bridge as a service. */
public final class BridgeMain {

  private BridgeMain() {}

  public static void main(String[] arguments) {
    ServiceMain.run(environment -> start(BridgeConfig.from(environment), Clock.systemUTC()));
  }

  /** Starts the bridge. */
  public static Service start(BridgeConfig config, Clock clock) {
    return Service.start(
        "realtime-bridge",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          var publisher = service.with(new AblyPublisher(config.ably()));
          Effects.start(
              RealtimeBridge.application(config.effects().topics(), publisher),
              config.effects(),
              database,
              service,
              clock);
        });
  }
}
