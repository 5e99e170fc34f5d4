package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that may call us; none means that nobody may.
 *
 * <p>Digests are compared, all of them and in constant time, so that neither a token's beginning
 * nor its length can be found out by trying.
 */
final class BearerTokens {

  private static final String SCHEME = "Bearer ";

  private final List<byte[]> digests;

  BearerTokens(List<String> tokens) {
    this.digests = tokens.stream().map(BearerTokens::digest).toList();
  }

  boolean admit(Headers headers) {
    Optional<byte[]> given =
        headers
            .only("Authorization")
            .filter(text -> text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(text -> digest(text.substring(SCHEME.length()).strip()));
    if (given.isEmpty()) {
      return false;
    }
    boolean known = false;
    for (byte[] digest : digests) {
      known |= MessageDigest.isEqual(digest, given.get());
    }
    return known;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
