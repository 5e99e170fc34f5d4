package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One side effect: what it follows from, in which order, how it is retried, and what carries it
 * out.
 *
 * @param name what a person sees in the console, in metrics and in dead letters
 * @param formerNames what it was called by earlier versions, whose effects are its own
 * @param laning in which lanes its effects run, one after another
 * @param aiming where its effects go; without it nothing is known of where they fail
 * @param limit how often its effects may be carried out
 * @param items what there is an effect for each of; without them there is one for the event
 * @param wakings what ends the waiting of its parked effects
 * @param endings what tells that a destination is no more
 * @param onDead carried out when an effect was given up
 * @param batching how its effects go together; without it each goes by itself
 * @param idempotentByRow whether its rows guard themselves, so that nothing is recorded as done
 * @param mayBeForced whether a replay may repeat what is done
 */
record Consumer<E extends Event>(
    String name,
    List<String> formerNames,
    Following<E> following,
    Predicate<? super Received<E>> when,
    Laning<E> laning,
    Optional<Items<E>> items,
    Optional<Aiming<E>> aiming,
    Optional<Limit<E>> limit,
    Patience patience,
    List<Waking<?>> wakings,
    List<Waking<?>> endings,
    Handler<E> handler,
    Optional<Handler<E>> onDead,
    Optional<Batching<E>> batching,
    boolean idempotentByRow,
    boolean mayBeForced) {

  /** A rate, and which effects share it. */
  record Limit<E extends Event>(Rate rate, RateScope<E> scope) {}

  private static final String ON_DEAD = ".onDead";

  /** What passes unless told. */
  static final Predicate<Received<?>> EVERY = received -> true;

  Consumer {
    formerNames = List.copyOf(formerNames);
    wakings = List.copyOf(wakings);
    endings = List.copyOf(endings);
  }

  boolean follows(EventType<?> type) {
    return following.follows(type);
  }

  /** The event of this envelope, typed. */
  Received<E> read(Envelope envelope, EventType<?> type) throws JsonProcessingException {
    return following.read(envelope, type);
  }

  /** Whether this is the effect that names the items, and not one of theirs. */
  boolean namesItems(EffectKey key) {
    return items.isPresent() && key.item().isEmpty();
  }

  /** Whether this effect is carried out together with others. */
  boolean goesInBatches(EffectKey key) {
    return batching.isPresent() && !namesItems(key);
  }

  /** Whether it stands among the done records that this effect was carried out. */
  boolean isRecorded(EffectKey key) {
    return !idempotentByRow && !namesItems(key);
  }

  /** What an effect waits for; nothing when this was not registered as waking it. */
  Optional<Awaited> awaited(Outcome.Until until) {
    return wakings.stream()
        .filter(waking -> waking.following().families().contains(until.event()))
        .map(waking -> new Awaited(waking.event(), until.key()))
        .findFirst();
  }

  /** The consumer whose effects follow from the death of this one's. */
  Optional<Consumer<E>> mourner() {
    return onDead.map(
        its ->
            new Consumer<>(
                name + ON_DEAD,
                formerNames.stream().map(former -> former + ON_DEAD).toList(),
                following,
                EVERY,
                laning.alone(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Patience.DEFAULT,
                List.of(),
                List.of(),
                its,
                Optional.empty(),
                Optional.empty(),
                false,
                false));
  }

  /**
   * The lane of this event's effect; empty when it does not pass {@code when}, one that can't be
   * read goes by its Kafka key.
   */
  Optional<String> laneOf(Envelope envelope, EventType<?> type) {
    if (when.equals(EVERY) && laning.isByKey()) {
      return Optional.of(laning.byKey(envelope));
    }
    try {
      Received<E> received = read(envelope, type);
      return when.test(received) ? Optional.of(laning.of(received)) : Optional.empty();
    } catch (JsonProcessingException e) {
      // The attempt reads it again, and buries it with its reason.
      return Optional.of(laning.byKey(envelope));
    }
  }

  /** The lane of an effect that was followed once. */
  String laneAgain(Envelope envelope, EventType<?> type) {
    try {
      return laning.of(read(envelope, type));
    } catch (JsonProcessingException e) {
      return laning.byKey(envelope);
    }
  }

  /** Its effect of this event. */
  EffectKey key(String lane, Envelope envelope) {
    return new EffectKey(name, laning.share(), lane, envelope.seq(), envelope.id(), "");
  }

  /** The same; one that came by a replay is in a lane beside the live one. */
  EffectKey key(String lane, PendingEffect effect) {
    EffectKey live = key(lane, effect.envelope());
    return effect.replayed().map(by -> live.replayed(by.isForced())).orElse(live);
  }

  /** An effect that it had by a former name, or in other lanes, as its own in those of now. */
  EffectKey its(EffectKey key) {
    return key.of(name, laning.share());
  }
}
