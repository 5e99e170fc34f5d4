package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * How a consumer's effects go together.
 *
 * @param scope effects for which the same is told may be in one batch
 * @param bounds of a batch; one effect that is beyond them goes alone
 * @param bytes how many an effect counts, those of its payload where it is empty
 */
record Batching<E extends Event>(
    Function<? super Received<E>, String> scope,
    Bounds bounds,
    Optional<ToLongFunction<Received<E>>> bytes,
    BatchHandler<E> handler) {

  /** All of a consumer's effects are in one scope. */
  static final Function<Received<?>, String> ALL = received -> "";

  /** How much a batch may hold. */
  record Bounds(int effects, long bytes) {

    /** Unless told. */
    static final Bounds DEFAULT = new Bounds(100, 1_000_000);
  }

  /** What an effect is in a batch. */
  record Share(String scope, long bytes) {}

  /** One that can't be read is as good in any: it is no part of the call. */
  Share share(Following<E> following, Envelope envelope) {
    if (scope.equals(ALL) && bytes.isEmpty()) {
      return new Share("", payload(envelope));
    }
    Received<E> received;
    try {
      received = following.read(envelope, Catalogue.find(envelope.type()).orElseThrow());
    } catch (JsonProcessingException e) {
      return new Share("", payload(envelope));
    }
    long its = bytes.isPresent() ? bytes.get().applyAsLong(received) : payload(envelope);
    return new Share(scope.apply(received), its);
  }

  /** For a consumer all of whose effects go together. */
  static <E extends Event> Handler<E> notAlone() {
    return effect -> {
      throw new IllegalStateException("BUG: an effect that goes in batches was attempted alone");
    };
  }

  private static long payload(Envelope envelope) {
    return envelope.payload().getBytes(StandardCharsets.UTF_8).length;
  }

  /** For people to read. */
  String inWords() {
    return "in batches of up to %d effects and %d bytes%s"
        .formatted(bounds.effects(), bounds.bytes(), scope.equals(ALL) ? "" : ", of a scope each");
  }
}
