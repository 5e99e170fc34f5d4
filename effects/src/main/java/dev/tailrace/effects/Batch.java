package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Effects that are carried out in one call.
 *
 * @param idempotencyKey the same exactly when the effects are, in the same order: 32 hexadecimal
 *     digits
 * @param effects at least one; those of one lane in its order
 */
public record Batch<E extends Event>(String idempotencyKey, List<Effect<E>> effects) {

  private static final int KEY_BYTES = 16;

  public Batch {
    effects = List.copyOf(effects);
  }

  static <E extends Event> Batch<E> of(List<Effect<E>> effects) {
    return new Batch<>(keyOf(effects.stream().map(Effect::idempotencyKey).toList()), effects);
  }

  /** No others have the same. */
  static String keyOf(List<String> contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String each : contents) {
        digest.update(each.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every Java has SHA-256", e);
    }
  }

  public int size() {
    return effects.size();
  }

  /** Answers for each of them. */
  public Outcomes each(Function<Effect<E>, Outcome> outcome) {
    return new Outcomes(effects.stream().map(outcome).toList());
  }
}
