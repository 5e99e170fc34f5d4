package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The settings of the forwarding application, from variables that start with {@code FORWARDING_}.
 *
 * @param sealing opens the secrets of machines
 * @param allowed which addresses of machines are dialled
 * @param ownDomains that mails of ours are from: what comes from there is not forwarded
 */
public record ForwardingConfig(
    DatabaseConfig database,
    EffectsConfig effects,
    Sealing sealing,
    AllowedAddresses allowed,
    Resend resend,
    List<String> ownDomains,
    AdminAddress admin) {

  private static final String SEALING_KEYS = "SEALING_KEYS";
  private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)+");
  private static final int MOST_PER_SECOND = 1_000;

  public ForwardingConfig {
    ownDomains = List.copyOf(ownDomains);
  }

  /**
   * How to reach Resend.
   *
   * @param key of its API, {@code re_...}
   * @param url Resend's own, or a stand-in's
   * @param perSecond how many mails are fetched in a second, by all instances together
   */
  public record Resend(String key, URI url, int perSecond) {

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Resend[%s, %d in a second]".formatted(url, perSecond);
    }
  }

  public static ForwardingConfig from(Map<String, String> environment) {
    var settings = new Settings("forwarding", "FORWARDING_", environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<EffectsConfig> effects = EffectsConfig.from(settings);
    Supplier<Sealing> sealing = sealing(settings);
    Supplier<List<Network>> networks =
        settings.parsedOr(
            "ALLOWED_NETWORKS",
            List.of(),
            "a list of networks such as 10.1.0.0/16,127.0.0.0/8",
            text -> all(text, Network::parse));
    Supplier<String> key = settings.secret("RESEND_API_KEY", "re_...");
    Supplier<URI> url = settings.uriOr("RESEND_URL", URI.create("https://api.resend.com"));
    Supplier<Integer> perSecond = settings.numberOr("RESEND_PER_SECOND", 2, 1, MOST_PER_SECOND);
    Supplier<List<String>> ownDomains =
        settings.parsedOr(
            "OWN_DOMAINS",
            List.of(),
            "a list of domains such as example.com,mail.example.org",
            text -> all(text, ForwardingConfig::domain));
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8087);
    return settings.build(
        () ->
            new ForwardingConfig(
                database.get(),
                effects.get(),
                sealing.get(),
                new AllowedAddresses(networks.get()),
                new Resend(key.get(), url.get(), perSecond.get()),
                ownDomains.get(),
                admin.get()));
  }

  /** Those that ingest seals with; without them no machine can be signed for. */
  private static Supplier<Sealing> sealing(Settings settings) {
    String legal = "a Tink keyset of AES-256-GCM in JSON, the one that ingest seals with";
    var _ = settings.secret(SEALING_KEYS, legal);
    Supplier<Optional<Sealing>> read = settings.secretIfSet(SEALING_KEYS, legal, Sealing::read);
    return () -> read.get().orElseThrow();
  }

  private static Optional<String> domain(String text) {
    return Optional.of(text).filter(it -> DOMAIN.matcher(it).matches());
  }

  /** All of a list, or nothing when one of them is none. */
  private static <T> Optional<List<T>> all(String text, Function<String, Optional<T>> parse) {
    List<Optional<T>> each =
        SEPARATOR.splitAsStream(text).filter(part -> !part.isEmpty()).map(parse).toList();
    return each.stream().allMatch(Optional::isPresent)
        ? Optional.of(each.stream().flatMap(Optional::stream).toList())
        : Optional.empty();
  }
}
