package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The settings of the machines application, from variables that start with {@code MACHINES_}.
 *
 * @param reconcileEvery how often what webhooks may have lost is looked for
 */
public record MachinesConfig(
    DatabaseConfig database,
    EffectsConfig effects,
    Daytona daytona,
    Platform platform,
    Duration reconcileEvery,
    AdminAddress admin) {

  private static final Duration MOST_OFTEN = Duration.ofSeconds(1);

  /**
   * How to reach Daytona.
   *
   * @param api Daytona's own, or a stand-in's
   * @param perSecond how many tries of effects call it in a second; what looks for lost webhooks
   *     makes as many calls beside them
   */
  public record Daytona(String apiKey, URI api, int perSecond) {

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Daytona[%s, %d in a second]".formatted(api, perSecond);
    }
  }

  /**
   * What a machine needs to know of the platform.
   *
   * @param sealing seals the machine's secrets
   * @param api where its daemon reaches the platform, without a slash at the end
   */
  public record Platform(Sealing sealing, String api) {}

  public static MachinesConfig from(Map<String, String> environment) {
    var settings = new Settings("machines", "MACHINES_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<EffectsConfig> effects = EffectsConfig.from(settings);
    Supplier<String> key = settings.secret("DAYTONA_API_KEY", "dtn_...");
    Supplier<URI> api = settings.uriOr("DAYTONA_URL", URI.create("https://app.daytona.io/api"));
    Supplier<Integer> perSecond = settings.numberOr("DAYTONA_PER_SECOND", 5, 1, 1_000);
    Supplier<Sealing> sealing =
        settings.parsedSecret(
            "SEALING_KEYS", "a Tink keyset of AES-256-GCM in JSON, that of ingest", Sealing::read);
    Supplier<String> publicUrl =
        settings.parsed(
            "PUBLIC_URL",
            "ingest's public address, such as https://api.example.com",
            MachinesConfig::address);
    Supplier<Duration> every =
        settings.parsedOr(
            "RECONCILE_EVERY",
            Duration.ofMinutes(1),
            "a duration in seconds, minutes or hours such as 30s or 1m, of at least 1s",
            MachinesConfig::period);
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8088);
    return settings.build(
        () ->
            new MachinesConfig(
                database.get(),
                effects.get(),
                new Daytona(key.get(), api.get(), perSecond.get()),
                new Platform(sealing.get(), publicUrl.get()),
                every.get(),
                admin.get()));
  }

  private static Optional<Duration> period(String text) {
    if (!text.matches("\\d{1,6}[smh]")) {
      return Optional.empty();
    }
    return Optional.of(Duration.parse("PT" + text))
        .filter(period -> period.compareTo(MOST_OFTEN) >= 0);
  }

  /** A web address, with nothing to ask behind it. */
  private static Optional<String> address(String text) {
    try {
      URI uri = URI.create(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return web
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getQuery() == null
              && uri.getFragment() == null
          ? Optional.of(text.replaceFirst("/+$", ""))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
