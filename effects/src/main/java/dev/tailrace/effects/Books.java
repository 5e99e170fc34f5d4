package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is pending in a task and what becomes of it. Store and lanes change together, here alone,
 * and whatever becomes of an effect is told.
 */
final class Books {

  private static final Logger log = LoggerFactory.getLogger(Books.class);

  /** What is carried out is never given up for want of its record. */
  private static final Duration RECORD_AGAIN = Duration.ofMinutes(1);

  /** What is parked is looked at so often, should what it waits for never be told. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

  /** Of those that are cancelled or renamed, so many are in memory at a time. */
  private static final int MOVED_AT_A_TIME = 10_000;

  private final Instance shared;
  private final ProcessorContext<String, byte[]> context;
  private final PendingStore pending;
  private final Lanes lanes;
  private final Tally tally;

  /** The greatest place in commit order that has come. */
  private String lastOrder = "";

  /** And that of each consumer's effects of a type: beyond it none is pending. */
  private final Map<Source, String> lastOfSource = new HashMap<>();

  private record Source(String consumer, String type) {}

  Books(
      Instance shared,
      ProcessorContext<String, byte[]> context,
      PendingStore pending,
      Lanes lanes,
      Tally tally) {
    this.shared = shared;
    this.context = context;
    this.pending = pending;
    this.lanes = lanes;
    this.tally = tally;
  }

  /**
   * Takes an effect in; one that is pending already is not taken twice, and not by a replay when it
   * is pending by itself.
   */
  void add(EffectKey key, PendingEffect effect) {
    if (key.isReplayed() && pending.contains(key.live())) {
      shared.meters().pendingBefore(key);
      return;
    }
    if (comes(key, effect)) {
      pending.addNew(key, effect);
    } else if (!pending.add(key, effect)) {
      shared.meters().pendingBefore(key);
      return;
    }
    tally.came(key, effect);
    if (lanes.add(key, effect.waiting(shared.clock().instant()))) {
      pending.keepAtHand(key, effect);
    }
  }

  /** Answers whether it is beyond all that have come of its consumer and type. */
  private boolean comes(EffectKey key, PendingEffect effect) {
    String order = key.order();
    if (order.compareTo(lastOrder) > 0) {
      lastOrder = order;
    }
    var source = new Source(key.consumer(), effect.envelope().type());
    String last = lastOfSource.get(source);
    boolean isBeyond = last == null || order.compareTo(last) > 0;
    if (isBeyond) {
      lastOfSource.put(source, order);
    }
    return isBeyond;
  }

  /** Takes one in again, behind all that has come. */
  void addLast(EffectKey key, DeadLetter letter) {
    String last = key.order().compareTo(lastOrder) > 0 ? key.order() : lastOrder;
    PendingEffect redriven = PendingEffect.redriven(letter, shared.clock().instant());
    boolean isRenamed = !letter.consumer().equals(key.consumer());
    add(key.behind(last), isRenamed ? redriven.of(letter.consumer()) : redriven);
  }

  /** Takes one in that is a consumer's whom this version lacks: it is left for one that has it. */
  void leave(EffectKey key, PendingEffect effect) {
    pending.add(key, effect);
    log.atWarn()
        .addKeyValue("eventId", key.eventId())
        .addKeyValue("consumer", key.consumer())
        .log("an effect of a consumer that this version lacks is left pending");
  }

  /** Writes down how an attempt has ended. */
  void record(Finished finished) {
    if (finished.ended().held().isPresent()) {
      hold(finished, finished.ended().held().get());
      return;
    }
    tell(finished);
    switch (finished.outcome()) {
      case Outcome.Done done -> done(finished);
      case Outcome.Skipped skipped -> settle(finished, skipped.label());
      case Outcome.RetryAfter retry -> retryLater(finished, retry);
      case Outcome.Parked parked -> park(finished, parked);
      case Outcome.Dead dead ->
          giveUp(finished, finished.ended().death().orElse(Death.REFUSED), dead.reason());
    }
  }

  void tell(Finished finished) {
    shared.meters().attempt(finished);
    context.forward(shared.output().attempt(finished), EffectProcessor.TO_ATTEMPTS);
  }

  /** Told once, and not each time it is held again. */
  private void hold(Finished finished, Ended.Held held) {
    var awaited = Optional.of(held.awaited());
    if (!finished.pending().awaited().equals(awaited)) {
      tell(finished);
      pending.put(finished.key(), finished.pending().held(awaited.get(), held.until()));
    }
    lanes.waiting(finished.key(), finished.pending().held(awaited.get(), held.until()).waiting());
  }

  private void done(Finished finished) {
    PendingEffect its = finished.pending();
    for (String item : finished.ended().items()) {
      PendingEffect first = PendingEffect.first(its.envelope(), shared.clock().instant());
      add(finished.key().ofItem(item), first.since(its.since()).by(its.replayed()));
    }
    settle(finished, finished.outcome().label());
  }

  private void retryLater(Finished finished, Outcome.RetryAfter retry) {
    Optional<PendingEffect> after = failed(finished, retry);
    if (after.isEmpty()) {
      int failures = finished.pending().failures() + 1;
      giveUp(
          finished,
          Death.EXHAUSTED,
          "given up after %d attempts: %s".formatted(failures, retry.reason()));
      return;
    }
    pending.put(finished.key(), after.get());
    lanes.waiting(finished.key(), after.get().waiting());
  }

  /** As it is after this failure; nothing when that was the last. */
  private Optional<PendingEffect> failed(Finished finished, Outcome.RetryAfter retry) {
    PendingEffect before = finished.pending();
    Optional<String> carriedOut = finished.ended().carriedOut().or(before::carriedOut);
    Optional<Duration> delay = delay(finished, shared.lots().getAsDouble());
    if (delay.isEmpty() && carriedOut.isEmpty()) {
      return Optional.empty();
    }
    Instant now = shared.clock().instant();
    Instant due = now.plus(retry.delay().or(() -> delay).orElse(RECORD_AGAIN));
    PendingEffect after = before.failed(finished.startedAt(), due, retry.reason(), carriedOut);
    Optional<Awaited> sooner =
        retry.sooner().flatMap(until -> finished.attempt().consumer().awaited(until));
    return Optional.of(sooner.map(after::orWhen).orElse(after));
  }

  /** After which it is tried again; nothing when it has no try left. */
  Optional<Duration> delay(Finished failed, double lot) {
    PendingEffect before = failed.pending();
    Backoff backoff = failed.attempt().consumer().patience().backoff();
    return backoff.delay(before.failures() + 1, before.age(shared.clock().instant()), lot);
  }

  /**
   * One of a batch is behind another of its lane that goes on waiting, and comes again when that is
   * settled, whatever it was answered: if it was done its record will say so.
   */
  void giveBack(Finished finished) {
    boolean isHeld = finished.ended().held().isPresent();
    Optional<PendingEffect> failed =
        !isHeld && finished.outcome() instanceof Outcome.RetryAfter retry
            ? failed(finished, retry)
            : Optional.empty();
    if (failed.isPresent() || finished.ended().isThrough()) {
      tell(finished);
    }
    PendingEffect before = finished.pending();
    PendingEffect after = failed.orElse(isHeld ? before : before.in(Optional.empty()));
    if (!after.equals(before)) {
      pending.put(finished.key(), after);
    }
    lanes.giveBack(finished.key(), failed.isPresent() ? after.waiting() : Waiting.NOT);
  }

  private void park(Finished finished, Outcome.Parked parked) {
    Awaited awaited = finished.attempt().consumer().awaited(parked.until()).orElseThrow();
    Instant due = shared.clock().instant().plus(LOOK_AGAIN);
    PendingEffect after = finished.pending().parked(awaited, due, parked.reason());
    pending.put(finished.key(), after);
    lanes.waiting(finished.key(), after.waiting());
  }

  private void giveUp(Finished finished, Death death, String reason) {
    PendingEffect effect = finished.pending();
    bury(finished.key(), effect, effect.failures() + 1, death, reason);
    settle(finished, "dead");
  }

  /** What is stale has no mourner: that would be too late too. */
  void bury(EffectKey key, PendingEffect effect, int attempts, Death death, String reason) {
    Envelope envelope = effect.envelope();
    log.atError()
        .addKeyValue("eventId", envelope.id())
        .addKeyValue("tenant", envelope.tenantId())
        .addKeyValue("consumer", key.consumer())
        .addKeyValue("item", key.item())
        .addKeyValue("reason", reason)
        .log("dead letter");
    shared.meters().dead(key, death);
    int partition = context.taskId().partition();
    var dead =
        new DeadLetter(
            envelope, key.consumer(), key.item(), partition, attempts, reason, effect.forcedBy());
    context.forward(shared.output().dead(dead, shared.clock().millis()), EffectProcessor.TO_DEAD);
    shared
        .consumers()
        .find(key.consumer())
        .flatMap(Consumer::mourner)
        .filter(mourner -> death != Death.STALE)
        .ifPresent(
            mourner ->
                add(
                    key.of(mourner.name()),
                    PendingEffect.mourning(envelope, shared.clock().instant(), reason)));
  }

  void bury(Record<String, byte[]> record, Death death, String reason) {
    String shortened = Reasons.shortened(reason);
    log.atError().addKeyValue("reason", shortened).log("a record can't be followed: dead letter");
    shared.meters().dead(death);
    context.forward(
        shared.output().poison(record, shortened, shared.clock().millis()),
        EffectProcessor.TO_DEAD);
  }

  private void settle(Finished finished, String outcome) {
    pending.delete(finished.key());
    shared.meters().settled(finished, outcome);
    tally.left(finished.key(), finished.pending());
    lanes.settled(finished.key());
  }

  /** One that can't be redriven stays dead, and says why. */
  void buryAgain(DeadLetter letter, String reason) {
    var again =
        new DeadLetter(
            letter.envelope(),
            letter.consumer(),
            letter.item(),
            letter.partition(),
            letter.attempts(),
            Reasons.shortened(reason),
            letter.forcedBy());
    context.forward(shared.output().dead(again, shared.clock().millis()), EffectProcessor.TO_DEAD);
  }

  /** One that was given up stays so, and nobody has to look at it. */
  void discard(Command.Discard discard) {
    context.forward(
        shared.output().discarded(discard, shared.clock().instant()), EffectProcessor.TO_ATTEMPTS);
  }

  /**
   * Gives up what is meant and does not run, also of a consumer that this version lacks; answers
   * how many.
   */
  int cancel(Command.Cancel cancel) {
    int cancelled = 0;
    Optional<EffectKey> last = Optional.empty();
    List<EffectKey> some;
    do {
      some = pending.covered(cancel.scope(), last, MOVED_AT_A_TIME);
      for (EffectKey key : some) {
        last = Optional.of(key);
        if (!lanes.runs(key)) {
          cancel(key, cancel);
          cancelled++;
        }
      }
    } while (some.size() == MOVED_AT_A_TIME);
    return cancelled;
  }

  private void cancel(EffectKey key, Command.Cancel cancel) {
    PendingEffect effect = pending.get(key);
    Instant now = shared.clock().instant();
    context.forward(
        shared.output().cancelled(key, effect, cancel, now), EffectProcessor.TO_ATTEMPTS);
    pending.delete(key);
    if (shared.consumers().find(key.consumer()).isPresent()) {
      tally.left(key, effect);
      lanes.cancel(key);
    }
  }

  /**
   * Moves what is there to where its consumer has it now, by its name and in the lanes it shares.
   */
  private void moveFrom(EffectKey.Span place) {
    Optional<EffectKey> last = Optional.empty();
    List<EffectKey> some;
    do {
      some = pending.first(place, last, MOVED_AT_A_TIME);
      for (EffectKey key : some) {
        last = Optional.of(key);
        shared.consumers().find(key.consumer()).ifPresent(consumer -> move(key, consumer));
      }
    } while (some.size() == MOVED_AT_A_TIME);
  }

  private void move(EffectKey key, Consumer<?> consumer) {
    EffectKey its = consumer.its(key);
    if (!its.equals(key)) {
      PendingEffect effect = pending.get(key);
      pending.delete(key);
      boolean isRenamed = !its.consumer().equals(key.consumer());
      pending.put(its, isRenamed ? effect.of(key.consumer()) : effect);
    }
  }

  /**
   * Whatever was pending when the task was last closed goes on where it was; but for the effects of
   * a consumer that this version lacks, which are left for one that has it.
   */
  void restore() {
    shared.consumers().formerPlaces().forEach(this::moveFrom);
    var strangers = new HashMap<String, Integer>();
    Instant now = shared.clock().instant();
    pending.forEach(
        (key, effect) -> {
          if (shared.consumers().find(key.consumer()).isPresent()) {
            lanes.add(key, effect.waiting(now));
            tally.came(key, effect);
            comes(key, effect);
          } else {
            strangers.merge(key.consumer(), 1, Integer::sum);
          }
        });
    if (!strangers.isEmpty()) {
      log.atWarn()
          .addKeyValue("effects", strangers)
          .log("pending effects of consumers that this version lacks are left where they are");
    }
  }
}
