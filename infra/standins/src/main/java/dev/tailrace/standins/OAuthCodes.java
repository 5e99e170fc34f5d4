package dev.tailrace.standins;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The codes that browsers were sent back with: each works once, within ten minutes. */
final class OAuthCodes {

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final Clock clock;
  private final Map<String, Code> codes = new HashMap<>();

  OAuthCodes(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a code was given for.
   *
   * @param challenge PKCE's; empty when there was none
   * @param offline whether a refresh token was asked for, at Google
   */
  record Code(
      String provider,
      OAuthAccount account,
      String redirectUri,
      String scope,
      String userScope,
      Optional<String> challenge,
      boolean offline,
      Instant until) {}

  /** What came of showing one. */
  sealed interface Shown {

    /** It is good, and spent. */
    record Good(Code code) implements Shown {}

    /** It was never given, is spent, or too old. */
    record Unknown() implements Shown {}

    /** It was given for another address. */
    record OtherRedirect() implements Shown {}

    /** The verifier is missing, or not that of the challenge. */
    record OtherVerifier() implements Shown {}
  }

  Instant until() {
    return clock.instant().plus(LIFETIME);
  }

  synchronized String give(Code code) {
    String text = OAuthTokens.draw("code");
    codes.put(text, code);
    return text;
  }

  /** Whatever is wrong, the code is spent. */
  synchronized Shown show(
      String provider, String text, Optional<String> redirectUri, Optional<String> verifier) {
    Code code = codes.remove(text);
    if (code == null
        || !code.provider().equals(provider)
        || clock.instant().isAfter(code.until())) {
      return new Shown.Unknown();
    }
    if (redirectUri.filter(code.redirectUri()::equals).isEmpty()) {
      return new Shown.OtherRedirect();
    }
    if (code.challenge().isPresent()
        && !code.challenge().equals(verifier.map(OAuthCodes::challenge))) {
      return new Shown.OtherVerifier();
    }
    return new Shown.Good(code);
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
