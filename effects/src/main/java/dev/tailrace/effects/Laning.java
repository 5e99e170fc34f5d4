package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * In which lanes the effects of a consumer run.
 *
 * <p>All of a lane is in one task, or two tasks would each run one effect of it at a time. Events
 * of one Kafka key come to one task, so the key is part of each lane within it. A lane across keys
 * is itself a key, in a topic of its own.
 *
 * @param key the Kafka key of an event; told for all consumers of an application, also after they
 *     were registered
 * @param share where the lanes are not its own, but those of several consumers
 */
record Laning<E extends Event>(
    Supplier<Function<Envelope, String>> key, Reach<E> reach, Optional<EffectKey.Share> share) {

  /** The Kafka key unless told. */
  static final Function<Envelope, String> AGGREGATE = Envelope::aggregateId;

  /** How far a lane goes. */
  sealed interface Reach<E extends Event> {}

  /** All of a Kafka key. */
  record Whole<E extends Event>() implements Reach<E> {}

  /** What is of one scope and one Kafka key. */
  record Within<E extends Event>(Function<? super Received<E>, String> scope) implements Reach<E> {}

  /** What is of one scope, of whatever Kafka key. */
  record Across<E extends Event>(Function<? super Received<E>, String> scope) implements Reach<E> {}

  /** Without lanes of others. */
  Laning<E> alone() {
    return new Laning<>(key, reach, Optional.empty());
  }

  boolean isAcross() {
    return reach instanceof Across;
  }

  /** Whether the event need not be read to tell its lane. */
  boolean isByKey() {
    return reach instanceof Whole;
  }

  boolean isKeyedByAggregate() {
    return key.get().equals(AGGREGATE);
  }

  /** The lane of what can't be read, and of all of a key. */
  String byKey(Envelope envelope) {
    return key.get().apply(envelope);
  }

  String of(Received<E> received) {
    String itsKey = byKey(received.envelope());
    return switch (reach) {
      case Whole<E> _ -> itsKey;
      case Within<E>(var scope) -> escaped(itsKey) + "/" + named(scope.apply(received));
      case Across<E>(var scope) -> named(scope.apply(received));
    };
  }

  /** So that no two keys have a lane of one name. */
  private static String escaped(String key) {
    return key.replace("%", "%25").replace("/", "%2F");
  }

  private static String named(String scope) {
    return Objects.requireNonNull(scope, "the lane is null");
  }

  /**
   * Why an event that came under this key has no lane in this task; nothing when it has. Only a key
   * that was told is looked at.
   */
  Optional<String> misplaced(@Nullable String came, Envelope envelope) {
    if (isAcross() || isKeyedByAggregate() || byKey(envelope).equals(came)) {
      return Optional.empty();
    }
    return Optional.of(
        "it came under the Kafka key '%s', and by reading(...) that is '%s': tell there what the topic is keyed by"
            .formatted(came, byKey(envelope)));
  }

  /** In words for people. */
  String inWords() {
    String whole = isKeyedByAggregate() ? "the aggregate" : "the key of its topic";
    return switch (reach) {
      case Whole<E> _ -> whole;
      case Within<E> _ -> "its own function, within " + whole;
      case Across<E> _ -> "its own function, across all keys";
    };
  }
}
