package dev.tailrace.consumers.analytics;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** The settings of the analytics application, from variables that start with {@code ANALYTICS_}. */
public record AnalyticsConfig(
    DatabaseConfig database, EffectsConfig effects, Project project, AdminAddress admin) {

  /**
   * The project in PostHog that gets the events.
   *
   * @param key the project's, {@code phc_...}; PostHog takes no personal one here
   * @param host where events are captured: that of the cloud in the US or the EU, of an
   *     installation of one's own, or a stand-in's
   */
  public record Project(String key, URI host) {

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Project[" + host + "]";
    }
  }

  public static AnalyticsConfig from(Map<String, String> environment) {
    var settings = new Settings("analytics", "ANALYTICS_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<EffectsConfig> effects = EffectsConfig.from(settings);
    Supplier<String> key = settings.secret("POSTHOG_KEY", "phc_...");
    Supplier<URI> host = settings.uriOr("POSTHOG_HOST", URI.create("https://us.i.posthog.com"));
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8086);
    return settings.build(
        () ->
            new AnalyticsConfig(
                database.get(), effects.get(), new Project(key.get(), host.get()), admin.get()));
  }
}
