package dev.tailrace.local;

import dev.tailrace.standins.AblyStandIn;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.standins.OAuthStandIn;
import dev.tailrace.standins.PostHogStandIn;
import dev.tailrace.standins.ResendStandIn;
import dev.tailrace.standins.StripeStandIn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The providers that the pipeline talks to: a stand-in each, unless the environment has a key of
 * the real one.
 *
 * @param stripeKey Stripe's secret key, from {@code STRIPE_SECRET_KEY}
 * @param stripePrice what is subscribed to there, from {@code STRIPE_PRICE_ID}
 * @param ablyKey Ably's key, from {@code ABLY_KEY}
 * @param posthogKey a project's key, from {@code POSTHOG_KEY}
 * @param posthogHost where that project is, from {@code POSTHOG_HOST}: the cloud in the US unless
 *     told
 * @param daytonaKey an organization's key, from {@code DAYTONA_API_KEY}
 * @param publicUrl where Daytona's sandboxes reach ingest, from {@code PUBLIC_URL}: such as that of
 *     a tunnel to this machine
 * @param resendKey Resend's key, from {@code RESEND_API_KEY}
 */
record Providers(
    Optional<String> stripeKey,
    Optional<String> stripePrice,
    Optional<String> ablyKey,
    Optional<String> posthogKey,
    Optional<String> posthogHost,
    Optional<String> daytonaKey,
    Optional<String> publicUrl,
    Optional<String> resendKey) {

  /** Any key of this form is good enough for the stand-in. */
  private static final String STAND_IN_STRIPE_KEY = "sk_test_tailrace";

  private static final String STAND_IN_PRICE = "price_metered";

  static Providers from(Map<String, String> environment) {
    return new Providers(
        Optional.ofNullable(environment.get("STRIPE_SECRET_KEY")),
        Optional.ofNullable(environment.get("STRIPE_PRICE_ID")),
        Optional.ofNullable(environment.get("ABLY_KEY")),
        Optional.ofNullable(environment.get("POSTHOG_KEY")),
        Optional.ofNullable(environment.get("POSTHOG_HOST")),
        Optional.ofNullable(environment.get("DAYTONA_API_KEY")),
        Optional.ofNullable(environment.get("PUBLIC_URL")),
        Optional.ofNullable(environment.get("RESEND_API_KEY")));
  }

  Map<String, String> stripe(StripeStandIn standIn) {
    return stripeKey
        .map(
            key ->
                Map.of(
                    "BILLING_STRIPE_SECRET_KEY",
                    key,
                    "BILLING_STRIPE_PRICE_ID",
                    stripePrice.orElseThrow(
                        () ->
                            new CannotException(
                                "STRIPE_SECRET_KEY is set, and STRIPE_PRICE_ID is not: set it to what is subscribed to there, price_..."))))
        .orElseGet(
            () ->
                Map.of(
                    "BILLING_STRIPE_SECRET_KEY",
                    STAND_IN_STRIPE_KEY,
                    "BILLING_STRIPE_API_BASE",
                    standIn.url(),
                    "BILLING_STRIPE_PRICE_ID",
                    STAND_IN_PRICE));
  }

  Map<String, String> ably(AblyStandIn standIn) {
    return ablyKey
        .map(key -> Map.of("BRIDGE_ABLY_KEY", key))
        .orElseGet(
            () -> Map.of("BRIDGE_ABLY_KEY", AblyStandIn.KEY, "BRIDGE_ABLY_HOST", standIn.url()));
  }

  Map<String, String> posthog(PostHogStandIn standIn) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ANALYTICS_POSTHOG_KEY", posthogKey.orElse(PostHogStandIn.KEY));
    Optional<String> host = posthogKey.isEmpty() ? Optional.of(standIn.url()) : posthogHost;
    host.ifPresent(url -> environment.put("ANALYTICS_POSTHOG_HOST", url));
    return environment;
  }

  /**
   * Where machines are made, and how those reach this one.
   *
   * @param ingestUrl as it is reached on this machine
   */
  Map<String, String> daytona(DaytonaStandIn standIn, String ingestUrl) {
    return daytonaKey
        .map(
            key ->
                Map.of(
                    "MACHINES_DAYTONA_API_KEY",
                    key,
                    "MACHINES_PUBLIC_URL",
                    publicUrl.orElseThrow(
                        () ->
                            new CannotException(
                                "DAYTONA_API_KEY is set, and PUBLIC_URL is not: set it to where Daytona's sandboxes reach %s, such as a tunnel's https://..."
                                    .formatted(ingestUrl)))))
        .orElseGet(
            () ->
                Map.of(
                    "MACHINES_DAYTONA_API_KEY",
                    DaytonaStandIn.API_KEY,
                    "MACHINES_DAYTONA_URL",
                    standIn.url() + "/api",
                    "MACHINES_PUBLIC_URL",
                    ingestUrl));
  }

  Map<String, String> resend(ResendStandIn standIn) {
    return resendKey
        .map(key -> Map.of("FORWARDING_RESEND_API_KEY", key))
        .orElseGet(
            () ->
                Map.of(
                    "FORWARDING_RESEND_API_KEY",
                    ResendStandIn.API_KEY,
                    "FORWARDING_RESEND_URL",
                    standIn.url()));
  }

  /** Where projects are connected: always the stand-in. */
  Map<String, String> oauth(OAuthStandIn standIn) {
    Map<String, String> environment = new HashMap<>();
    for (String provider : List.of("SLACK", "GITHUB", "GOOGLE")) {
      environment.put("INGEST_" + provider + "_CLIENT_ID", OAuthStandIn.CLIENT_ID);
      environment.put("INGEST_" + provider + "_CLIENT_SECRET", OAuthStandIn.CLIENT_SECRET);
      environment.put("INGEST_" + provider + "_OAUTH_URL", standIn.url());
      environment.put("INGEST_" + provider + "_API_URL", standIn.url());
    }
    environment.put("INGEST_SLACK_PKCE", "true");
    return environment;
  }

  /** How the terminal names them. */
  String names() {
    return String.join(
        " · ",
        name("Stripe", stripeKey, "STRIPE_SECRET_KEY"),
        name("Ably", ablyKey, "ABLY_KEY"),
        name("PostHog", posthogKey, "POSTHOG_KEY"),
        "OAuth",
        name("Daytona", daytonaKey, "DAYTONA_API_KEY"),
        name("Resend", resendKey, "RESEND_API_KEY"));
  }

  private static String name(String provider, Optional<String> key, String variable) {
    return key.isEmpty() ? provider : provider + " (not used: " + variable + " is set)";
  }
}
