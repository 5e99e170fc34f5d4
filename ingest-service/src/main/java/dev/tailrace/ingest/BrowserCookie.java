package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * The cookie by which a callback knows the browser, and the user, that the way to the provider
 * began with: so nobody can be brought to connect another's account by following a link.
 *
 * <p>Its value is a random text and its signature over provider, project and user, with the state
 * as key; the state's row keeps the hash of the random text. One for each provider, so that two can
 * be connected side by side; the one that was begun last counts.
 */
final class BrowserCookie {

  private static final String NAME = "tailrace_oauth_";

  private final OAuthProvider provider;
  private final boolean secure;

  /**
   * @param publicUrl a cookie of an http address, which is only ever localhost's, can't be Secure
   */
  BrowserCookie(OAuthProvider provider, String publicUrl) {
    this.provider = provider;
    this.secure = publicUrl.startsWith("https:");
  }

  /** The {@code Set-Cookie} that goes with a state. */
  String set(OAuthStates.Journey journey, String state, String browser) {
    return text(browser + "." + sign(journey, state, browser), OAuthStates.LIFETIME);
  }

  /** The {@code Set-Cookie} that takes it away. */
  String clear() {
    return text("", Duration.ZERO);
  }

  private String text(String value, Duration age) {
    return NAME
        + provider.id()
        + "="
        + value
        + "; Path=/oauth; Max-Age="
        + age.toSeconds()
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }

  /** Whether the browser that sent these headers is the one that was given this state. */
  boolean isIn(Headers headers, OAuthStates.Row row, String state) {
    return headers.all("Cookie").stream()
        .flatMap(line -> Stream.of(line.split(";", -1)))
        .map(String::strip)
        .filter(pair -> pair.startsWith(NAME + provider.id() + "="))
        .map(pair -> pair.substring(pair.indexOf('=') + 1))
        .anyMatch(value -> isOf(value, row, state));
  }

  private boolean isOf(String value, OAuthStates.Row row, String state) {
    int dot = value.indexOf('.');
    if (dot < 0) {
      return false;
    }
    String browser = value.substring(0, dot);
    byte[] signature = value.substring(dot + 1).getBytes(UTF_8);
    boolean known =
        OAuthSecrets.same(OAuthSecrets.hash(browser), HexFormat.of().parseHex(row.browserHash()));
    boolean signed =
        OAuthSecrets.same(sign(row.journey(), state, browser).getBytes(UTF_8), signature);
    return known && signed;
  }

  private static String sign(OAuthStates.Journey journey, String state, String browser) {
    return OAuthSecrets.sign(
        state,
        String.join("\0", browser, journey.provider().id(), journey.projectId(), journey.userId()));
  }
}
