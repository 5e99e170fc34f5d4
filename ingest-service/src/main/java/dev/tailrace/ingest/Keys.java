package dev.tailrace.ingest;

import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that a source's deliveries may be signed with now: several while a secret is rolled,
 * none when everything is to be refused.
 */
@FunctionalInterface
interface Keys {

  List<SecretKeySpec> active();

  Keys NONE = List::of;

  /** Always these. */
  static Keys of(SecretForm form, List<String> secrets) {
    return switch (form.keys(secrets)) {
      case Parsed.Usable<List<SecretKeySpec>>(List<SecretKeySpec> keys) -> () -> keys;
      case Parsed.Unusable<List<SecretKeySpec>> unusable ->
          throw new IllegalArgumentException(String.join("; ", unusable.problems()));
    };
  }
}
