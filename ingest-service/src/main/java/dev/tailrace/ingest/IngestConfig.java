package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How the ingest service is set up; read from the {@code INGEST_} variables.
 *
 * @param host the address that the public port is on
 * @param port the public port; 0 takes a free one
 * @param admin health and metrics; 0 takes a free one
 * @param maxInFlight the most requests that are worked on at once
 */
public record IngestConfig(
    String host,
    int port,
    AdminAddress admin,
    DatabaseConfig database,
    int maxInFlight,
    Stripe stripe,
    Events events,
    OAuthSettings oauth) {

  private static final int MEBIBYTE = 1024 * 1024;

  /**
   * Stripe's webhooks.
   *
   * @param secrets those that are active, several while one is rolled; without any, everything is
   *     refused
   * @param maxBodyBytes the most that a body may have
   */
  public record Stripe(List<String> secrets, int maxBodyBytes) {

    public Stripe {
      secrets = List.copyOf(secrets);
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
      return "Stripe[" + secrets.size() + " secrets, at most " + maxBodyBytes + " bytes]";
    }
  }

  /**
   * {@code POST /events}.
   *
   * @param tokens the Bearer tokens that may publish; without any, nobody may
   * @param maxBodyBytes the most that a body may have
   */
  public record Events(List<String> tokens, int maxBodyBytes) {

    public Events {
      tokens = List.copyOf(tokens);
    }

    /** Leaves the tokens out. */
    @Override
    public String toString() {
      return "Events[" + tokens.size() + " tokens, at most " + maxBodyBytes + " bytes]";
    }
  }

  /**
   * Reads the configuration.
   *
   * @throws dev.tailrace.contracts.service.ConfigurationException with every problem at once
   */
  public static IngestConfig from(Map<String, String> environment) {
    var settings = new Settings("ingest-service", "INGEST_", environment);
    Supplier<String> host = settings.textOr("HOST", "127.0.0.1");
    Supplier<Integer> port = settings.portOr("PORT", 8080);
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8081);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<Integer> maxInFlight = settings.numberOr("MAX_IN_FLIGHT", 256, 1, 100_000);
    Supplier<List<String>> secrets = settings.secretsOr("STRIPE_SECRETS", List.of());
    Supplier<Integer> stripeBody = settings.bytesOr("STRIPE_MAX_BODY", MEBIBYTE);
    Supplier<List<String>> tokens = settings.secretsOr("PUBLISHER_TOKENS", List.of());
    Supplier<Integer> eventsBody = settings.bytesOr("EVENTS_MAX_BODY", MEBIBYTE);
    Supplier<OAuthSettings> oauth = OAuthSettings.from(settings);
    return settings.build(
        () ->
            new IngestConfig(
                host.get(),
                port.get(),
                admin.get(),
                database.get(),
                maxInFlight.get(),
                new Stripe(secrets.get(), stripeBody.get()),
                new Events(tokens.get(), eventsBody.get()),
                oauth.get()));
  }
}
