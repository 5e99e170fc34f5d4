package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The way of effects to the task that has their lane, where lanes go across Kafka keys: each is
 * passed on in {@code effects.across.<application>}, keyed by its lane, and is pending where it
 * arrives.
 *
 * <p>It is written in the transaction that takes its event in, and read in one with what becomes of
 * it: none is lost or doubled on the way. What was given up comes back by the same way, since the
 * task that gave it up need not be the one that has its lane: the lane may have failed, or be
 * another by now.
 */
final class Crossings {

  private final Instance shared;
  private final ProcessorContext<String, byte[]> context;
  private final Books books;

  Crossings(Instance shared, ProcessorContext<String, byte[]> context, Books books) {
    this.shared = shared;
    this.context = context;
    this.books = books;
  }

  /** Passes on the consumer's effect of this event, and by which replay it came, if it did. */
  void pass(Consumer<?> consumer, String lane, Envelope envelope, Optional<Replayed> replayed) {
    long now = shared.clock().millis();
    pass(shared.output().crossing(consumer.name(), lane, envelope, replayed, now));
  }

  /** Passes on what was given up, to be taken in again. */
  void passAgain(Consumer<?> consumer, String lane, DeadLetter letter) {
    pass(shared.output().crossing(consumer.name(), lane, letter, shared.clock().millis()));
  }

  private void pass(Record<String, byte[]> record) {
    context.forward(record, EffectProcessor.TO_ACROSS);
    // It can be read when it is committed.
    shared.commits().recorded();
  }

  /**
   * Takes in what has arrived; what does not say whose it is, and in which lane, is buried.
   *
   * @param since when it was passed on
   */
  void arrives(Record<String, byte[]> record, Envelope envelope, Instant since) {
    Optional<String> name = Output.crosser(record);
    if (record.key() == null || name.isEmpty()) {
      books.bury(
          record,
          Death.UNREADABLE,
          "no effect of a lane across keys: its key is the lane, and %s names the consumer"
              .formatted(Output.CROSSER));
      return;
    }
    Optional<DeadLetter> again;
    Optional<Replayed> replayed;
    try {
      again = DeadLetter.read(record.headers(), record.value());
    } catch (RuntimeException e) {
      books.bury(record, Death.UNREADABLE, "no dead letter: " + e.getMessage());
      return;
    }
    try {
      replayed = ReplayHeaders.readReplayed(record.headers());
    } catch (RuntimeException e) {
      books.bury(record, Death.UNREADABLE, "no replay that can be followed: " + e.getMessage());
      return;
    }
    arrives(
        new Arrived(name.get(), record.key(), envelope, passedAt(record), since, replayed), again);
  }

  /** What has arrived: whose effect, in which lane, since when. */
  private record Arrived(
      String name,
      String lane,
      Envelope envelope,
      Instant passedAt,
      Instant since,
      Optional<Replayed> replayed) {

    PendingEffect due(Instant at) {
      return PendingEffect.first(envelope, at).since(since).by(replayed);
    }
  }

  private void arrives(Arrived its, Optional<DeadLetter> again) {
    Optional<Consumer<?>> consumer = shared.consumers().find(its.name());
    if (consumer.isPresent() && again.isPresent()) {
      EffectKey key = consumer.get().key(its.lane(), its.envelope());
      DeadLetter letter = again.get();
      books.addLast(letter.item().isEmpty() ? key : key.ofItem(letter.item()), letter);
    } else if (consumer.isPresent()) {
      PendingEffect first = first(consumer.get(), its);
      books.add(consumer.get().key(its.lane(), first), first);
    } else if (again.isPresent()) {
      books.buryAgain(
          again.get(),
          "this version has no %s: redrive it to one that has (%s)"
              .formatted(its.name(), again.get().reason()));
    } else {
      Envelope envelope = its.envelope();
      var key = new EffectKey(its.name(), its.lane(), envelope.seq(), envelope.id(), "");
      EffectKey beside = its.replayed().map(by -> key.replayed(by.isForced())).orElse(key);
      books.leave(beside, its.due(its.passedAt()));
    }
  }

  private static PendingEffect first(Consumer<?> consumer, Arrived its) {
    PendingEffect first = its.due(its.passedAt().plus(consumer.patience().delay()));
    return its.name().equals(consumer.name()) ? first : first.of(its.name());
  }

  /** A delay counts from when the event came, and not from its arrival here. */
  private static Instant passedAt(Record<String, byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp());
  }
}
