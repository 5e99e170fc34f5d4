package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.service.Secrets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/** How a provider writes the secrets that it shares with us, and so which key one stands for. */
enum SecretForm {

  /** The whole text is the key. */
  TEXT,

  /** Standard Webhooks: the key is what stands, in base64, after {@code whsec_}. */
  BASE64;

  private static final String PREFIX = "whsec_";

  /** The keys of a text of one or more secrets. */
  Parsed<List<SecretKeySpec>> keys(String text) {
    return keys(Secrets.split(text));
  }

  Parsed<List<SecretKeySpec>> keys(List<String> secrets) {
    if (secrets.isEmpty()) {
      return Parsed.unusable("has no secret");
    }
    var keys = new ArrayList<SecretKeySpec>();
    var problems = new ArrayList<String>();
    for (int i = 0; i < secrets.size(); i++) {
      Optional<SecretKeySpec> key = key(secrets.get(i));
      if (key.isPresent()) {
        keys.add(key.get());
      } else {
        problems.add(
            "secret %d of %d must be base64, after whsec_ or alone"
                .formatted(i + 1, secrets.size()));
      }
    }
    return problems.isEmpty()
        ? new Parsed.Usable<>(List.copyOf(keys))
        : new Parsed.Unusable<>(problems);
  }

  private Optional<SecretKeySpec> key(String secret) {
    return switch (this) {
      case TEXT -> Optional.of(key(secret.getBytes(UTF_8)));
      case BASE64 ->
          decoded(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret)
              .filter(bytes -> bytes.length > 0)
              .map(SecretForm::key);
    };
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, SignatureCheck.ALGORITHM);
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
