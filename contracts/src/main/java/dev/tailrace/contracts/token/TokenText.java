package dev.tailrace.contracts.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token as its holder has it: {@code tr_<letter of its kind>_<name>_<secret>}.
 *
 * <p>All before the last underscore of the three is its id, which is no secret: it stands in lists
 * and logs, and says which token somebody has in hand. The secret is 256 random bits.
 *
 * @param id such as {@code tr_e_5c0de2a81b9f4e37}
 * @param secret shown once, stored never
 */
public record TokenText(String id, String secret) {

  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;

  private static final Pattern FORM =
      Pattern.compile("(tr_[a-z]_[a-z0-9]{1,32})_([A-Za-z0-9_-]{1,128})");

  /** A new token of this kind, unlike every other. */
  public static TokenText draw(Grant.Kind kind, SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new TokenText(
        "tr_" + kind.letter() + "_" + HexFormat.of().formatHex(id),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The token that the text is; empty for a text that can't be one. */
  public static Optional<TokenText> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new TokenText(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** The whole of it, to be handed to its holder. */
  public String text() {
    return id + "_" + secret;
  }

  /**
   * What is stored of it, its SHA-256. Salt and a slow hash are for what people choose: nobody goes
   * through 256 random bits, and each request is checked.
   */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text().getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return id + "_…";
  }
}
