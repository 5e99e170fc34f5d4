package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Secrets;
import dev.tailrace.contracts.service.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the ingest service is set up; read from the {@code INGEST_} variables.
 *
 * @param address where the public port is
 * @param admin health and metrics; 0 takes a free one
 */
public record IngestConfig(
    Address address,
    AdminAddress admin,
    DatabaseConfig database,
    Load load,
    Sources sources,
    Events events,
    OAuthSettings oauth) {

  private static final int MEBIBYTE = 1024 * 1024;

  /**
   * Where the service is called.
   *
   * @param port 0 takes a free one
   */
  public record Address(String host, int port) {}

  /**
   * How much is worked on at once.
   *
   * @param inFlight the most requests; over it they are turned away with 503
   * @param urgentInFlight the most requests, beside them, of those that are not sent again
   * @param bytesInFlight the most bytes of bodies
   * @param writers how many transactions of webhooks go on at once
   * @param batch the most webhooks in one transaction
   */
  public record Load(int inFlight, int urgentInFlight, int bytesInFlight, int writers, int batch) {

    static Supplier<Load> from(Settings settings) {
      Supplier<Integer> inFlight = settings.numberOr("MAX_IN_FLIGHT", 512, 1, 100_000);
      Supplier<Integer> urgent = settings.numberOr("MAX_URGENT_IN_FLIGHT", 32, 1, 10_000);
      Supplier<Integer> bytes = settings.bytesOr("MAX_BYTES_IN_FLIGHT", 64 * MEBIBYTE);
      Supplier<Integer> writers = settings.numberOr("WRITERS", 2, 1, 100);
      Supplier<Integer> batch = settings.numberOr("BATCH", 256, 1, 10_000);
      return () -> new Load(inFlight.get(), urgent.get(), bytes.get(), writers.get(), batch.get());
    }
  }

  /**
   * One provider's webhooks.
   *
   * @param secrets those that are active, several while one is rolled; without any, everything is
   *     refused
   * @param maxBodyBytes the most that a body may have
   */
  public record Source(Secrets secrets, int maxBodyBytes) {}

  /**
   * All that is delivered to us.
   *
   * @param senders the file that configures other senders of Standard Webhooks, if there are any
   */
  public record Sources(
      Source stripe, Source slack, Source resend, Source daytona, Optional<Path> senders) {}

  /**
   * {@code POST /events}.
   *
   * @param maxBodyBytes the most that a body may have
   */
  public record Events(int maxBodyBytes) {}

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
    Supplier<Load> load = Load.from(settings);
    Supplier<Sources> sources = sources(settings);
    Supplier<Integer> eventsBody = settings.bytesOr("EVENTS_MAX_BODY", MEBIBYTE);
    Supplier<OAuthSettings> oauth = OAuthSettings.from(settings);
    return settings.build(
        () ->
            new IngestConfig(
                new Address(host.get(), port.get()),
                admin.get(),
                database.get(),
                load.get(),
                sources.get(),
                new Events(eventsBody.get()),
                oauth.get()));
  }

  private static Supplier<Sources> sources(Settings settings) {
    Supplier<Source> stripe = source(settings, "STRIPE", SecretForm.TEXT, MEBIBYTE);
    Supplier<Source> slack = source(settings, "SLACK", SecretForm.TEXT, MEBIBYTE);
    Supplier<Source> resend = source(settings, "RESEND", SecretForm.BASE64, MEBIBYTE);
    Supplier<Source> daytona = source(settings, "DAYTONA", SecretForm.BASE64, MEBIBYTE / 4);
    Supplier<Optional<Path>> senders =
        settings.file("SENDERS_FILE", text -> SendersFile.parse(text).problems());
    return () -> new Sources(stripe.get(), slack.get(), resend.get(), daytona.get(), senders.get());
  }

  private static Supplier<Source> source(
      Settings settings, String provider, SecretForm form, int usualBodyBytes) {
    Supplier<Secrets> secrets =
        settings.changingSecrets(provider + "_SECRETS", text -> form.keys(text).problems());
    Supplier<Integer> maxBodyBytes = settings.bytesOr(provider + "_MAX_BODY", usualBodyBytes);
    return () -> new Source(secrets.get(), maxBodyBytes.get());
  }
}
