package dev.tailrace.ingest;

import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.service.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How OAuth is set up; each part may be missing, and what then can't be done says so when it is
 * asked for.
 *
 * @param sealing seals tokens; without it nothing of OAuth works
 * @param publicUrl where browsers reach this service, without a slash at the end. It is an address
 *     of the host that people use the platform at, whose web tier passes {@code /oauth/} on to
 *     here: else the browser would not send the cookie that the web tier has set
 * @param reauthPath the page of the platform on which a person connects an account again
 * @param clients what each provider knows us by
 */
public record OAuthSettings(
    Optional<Sealing> sealing,
    Optional<String> publicUrl,
    String reauthPath,
    Map<OAuthProvider, Client> clients) {

  private static final String PREFIX = "INGEST_";
  private static final Pattern LIST_SEPARATOR = Pattern.compile("[,\\s]+");

  public OAuthSettings {
    clients = Map.copyOf(clients);
  }

  /** Nothing is set: OAuth is off. */
  public static OAuthSettings none() {
    return new OAuthSettings(Optional.empty(), Optional.empty(), "/", Map.of());
  }

  /**
   * What a provider knows us by, and where it is.
   *
   * @param id the client id; empty when it is not set
   * @param secret the client secret; empty when it is not set
   * @param scopes what is asked for
   * @param userScopes what is asked for of the person beside it; Slack alone has them
   * @param pkce whether a code is bound to who asked for it; an app of Slack's has to be opened for
   *     that first, and stays so
   * @param site where people are sent to, without a slash at the end
   * @param api what is called
   */
  public record Client(
      Optional<String> id,
      Optional<String> secret,
      List<String> scopes,
      List<String> userScopes,
      boolean pkce,
      String site,
      String api) {

    public Client {
      scopes = List.copyOf(scopes);
      userScopes = List.copyOf(userScopes);
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "Client[%s, a secret: %s, %s, %s]".formatted(id, secret.isPresent(), site, api);
    }
  }

  /** Declares the settings. */
  static Supplier<OAuthSettings> from(Settings settings) {
    Supplier<Optional<Sealing>> sealing =
        settings.secretIfSet("SEALING_KEYS", "a Tink keyset of AES-256-GCM in JSON", Sealing::read);
    Supplier<Optional<String>> publicUrl =
        settings.ifSet(
            "PUBLIC_URL", "an origin such as https://app.example.com", OAuthSettings::origin);
    Supplier<Optional<String>> reauthPath =
        settings.ifSet(
            "REAUTH_PATH",
            "a path such as /settings/connections",
            text -> Optional.of(text).filter(OAuthStates::isReturnPath));
    Map<OAuthProvider, Supplier<Client>> clients = new EnumMap<>(OAuthProvider.class);
    clients.put(
        OAuthProvider.SLACK,
        client(
            settings,
            "SLACK",
            "app_mentions:read,channels:history,chat:write,im:history,users:read",
            "https://slack.com",
            "https://slack.com"));
    clients.put(
        OAuthProvider.GITHUB,
        client(
            settings, "GITHUB", "read:user,repo", "https://github.com", "https://api.github.com"));
    clients.put(
        OAuthProvider.GOOGLE,
        client(
            settings,
            "GOOGLE",
            "openid,email",
            "https://accounts.google.com",
            "https://oauth2.googleapis.com"));
    return () -> {
      Map<OAuthProvider, Client> read = new EnumMap<>(OAuthProvider.class);
      clients.forEach((provider, client) -> read.put(provider, client.get()));
      return new OAuthSettings(
          sealing.get(), publicUrl.get(), reauthPath.get().orElse("/settings/connections"), read);
    };
  }

  private static Supplier<Client> client(
      Settings settings, String provider, String scopes, String site, String api) {
    Supplier<Optional<String>> id =
        settings.ifSet(provider + "_CLIENT_ID", "a client id", Optional::of);
    Supplier<Optional<String>> secret =
        settings.secretIfSet(provider + "_CLIENT_SECRET", "a client secret", Optional::of);
    Supplier<String> asked = settings.textOr(provider + "_SCOPES", scopes);
    Supplier<String> askedOfUser =
        provider.equals("SLACK") ? settings.textOr(provider + "_USER_SCOPES", "") : () -> "";
    Supplier<Optional<Boolean>> pkce =
        provider.equals("SLACK")
            ? settings.ifSet(provider + "_PKCE", "true or false", OAuthSettings::flag)
            : () -> Optional.of(true);
    Supplier<Optional<String>> otherSite =
        settings.ifSet(provider + "_OAUTH_URL", "an origin such as " + site, OAuthSettings::origin);
    Supplier<Optional<String>> otherApi =
        settings.ifSet(provider + "_API_URL", "an origin such as " + api, OAuthSettings::origin);
    return () ->
        new Client(
            id.get(),
            secret.get(),
            list(asked.get()),
            list(askedOfUser.get()),
            pkce.get().orElse(false),
            otherSite.get().orElse(site),
            otherApi.get().orElse(api));
  }

  /** The variables that this provider lacks; none when it can be used. */
  List<String> missing(OAuthProvider provider) {
    var missing = new ArrayList<String>();
    Optional<Client> client = Optional.ofNullable(clients.get(provider));
    if (sealing.isEmpty()) {
      missing.add(PREFIX + "SEALING_KEYS");
    }
    if (publicUrl.isEmpty()) {
      missing.add(PREFIX + "PUBLIC_URL");
    }
    if (client.flatMap(Client::id).isEmpty()) {
      missing.add(PREFIX + provider.name() + "_CLIENT_ID");
    }
    if (client.flatMap(Client::secret).isEmpty()) {
      missing.add(PREFIX + provider.name() + "_CLIENT_SECRET");
    }
    return missing;
  }

  private static Optional<Boolean> flag(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static List<String> list(String text) {
    return LIST_SEPARATOR.splitAsStream(text).filter(part -> !part.isEmpty()).toList();
  }

  /** Scheme, host and port, with nothing behind them; https, unless it is this very machine. */
  private static Optional<String> origin(String text) {
    try {
      URI uri = URI.create(text);
      String host = Optional.ofNullable(uri.getHost()).orElse("");
      boolean trusted =
          "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && isHere(host));
      boolean bare = text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
      return trusted && bare && !host.isEmpty() && uri.getUserInfo() == null
          ? Optional.of(text)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isHere(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
  }
}
