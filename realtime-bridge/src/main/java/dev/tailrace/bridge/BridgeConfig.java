package dev.tailrace.bridge;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** The settings of the realtime bridge, from variables that start with {@code BRIDGE_}. */
public record BridgeConfig(
    DatabaseConfig database, EffectsConfig effects, Ably ably, AdminAddress admin) {

  /** Ably's own REST host. */
  static final URI ABLY = URI.create("https://rest.ably.io");

  /**
   * How to reach Ably.
   *
   * @param key {@code <app>.<key>:<secret>}
   * @param host Ably's own, or a stand-in's
   */
  public record Ably(String key, URI host) {

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Ably[" + host + "]";
    }
  }

  public static BridgeConfig from(Map<String, String> environment) {
    var settings = new Settings("realtime-bridge", "BRIDGE_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<EffectsConfig> effects = EffectsConfig.from(settings);
    Supplier<String> key = settings.secret("ABLY_KEY", "app.key:secret");
    Supplier<URI> host = settings.uriOr("ABLY_HOST", ABLY);
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8084);
    return settings.build(
        () ->
            new BridgeConfig(
                database.get(), effects.get(), new Ably(key.get(), host.get()), admin.get()));
  }
}
