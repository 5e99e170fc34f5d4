package dev.tailrace.ingest;

import java.time.Clock;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** OAuth as the service runs it: what each provider needs, the procedures and the callbacks. */
final class OAuth implements AutoCloseable {

  private final OAuthSettings settings;
  private final Transactions transactions;
  private final Clock clock;
  private final ProviderCalls calls = new ProviderCalls();
  private final Map<OAuthProvider, OAuthReadiness> readiness = new EnumMap<>(OAuthProvider.class);

  OAuth(OAuthSettings settings, Transactions transactions, Clock clock) {
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
    for (OAuthProvider provider : OAuthProvider.values()) {
      readiness.put(provider, readinessOf(provider));
    }
  }

  /** {@code oauth.start} and {@code secret.refresh}. */
  List<Procedure<?, ?>> procedures() {
    Map<OAuthProvider, OAuthReadiness> all = Map.copyOf(readiness);
    return List.of(
        new OAuthStart(all),
        new SecretRefresh(
            all,
            settings.sealing(),
            settings.publicUrl().map(url -> url + settings.reauthPath()),
            SecretRefresh.PATIENCE));
  }

  /** One for each provider, also for those that are not set up: they say so. */
  List<Endpoint> callbacks() {
    var connections = new Connections(transactions);
    return Arrays.stream(OAuthProvider.values())
        .<Endpoint>map(
            provider ->
                new OAuthCallback(
                    provider,
                    Optional.ofNullable(readiness.get(provider)).orElseThrow(),
                    transactions,
                    connections,
                    clock))
        .toList();
  }

  private OAuthReadiness readinessOf(OAuthProvider provider) {
    List<String> missing = settings.missing(provider);
    if (!missing.isEmpty()) {
      return new OAuthReadiness.Missing(provider, missing);
    }
    OAuthSettings.Client client =
        Optional.ofNullable(settings.clients().get(provider)).orElseThrow();
    return new OAuthReadiness.Ready(
        switch (provider) {
          case SLACK -> new SlackAuthorization(client, calls);
          case GITHUB -> new GithubAuthorization(client, calls);
          case GOOGLE -> new GoogleAuthorization(client, calls);
        },
        settings.sealing().orElseThrow(),
        settings.publicUrl().orElseThrow());
  }

  @Override
  public void close() {
    calls.close();
  }
}
