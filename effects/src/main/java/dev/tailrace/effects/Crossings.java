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

  /** Passes on the consumer's effect of this event. */
  void pass(Consumer<?> consumer, String lane, Envelope envelope) {
    pass(shared.output().crossing(consumer.name(), lane, envelope, shared.clock().millis()));
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
    try {
      again = DeadLetter.read(record.headers(), record.value());
    } catch (RuntimeException e) {
      books.bury(record, Death.UNREADABLE, "no dead letter: " + e.getMessage());
      return;
    }
    Optional<Consumer<?>> consumer = shared.consumers().find(name.get());
    if (consumer.isPresent()) {
      EffectKey key = consumer.get().key(record.key(), envelope);
      again.ifPresentOrElse(
          letter ->
              books.addLast(letter.item().isEmpty() ? key : key.ofItem(letter.item()), letter),
          () -> books.add(key, first(consumer.get(), name.get(), record, envelope).since(since)));
    } else if (again.isPresent()) {
      books.buryAgain(
          again.get(),
          "this version has no %s: redrive it to one that has (%s)"
              .formatted(name.get(), again.get().reason()));
    } else {
      var key = new EffectKey(name.get(), record.key(), envelope.seq(), envelope.id(), "");
      books.leave(key, PendingEffect.first(envelope, passedAt(record)));
    }
  }

  private static PendingEffect first(
      Consumer<?> consumer, String name, Record<String, byte[]> record, Envelope envelope) {
    Instant due = passedAt(record).plus(consumer.patience().delay());
    PendingEffect first = PendingEffect.first(envelope, due);
    return name.equals(consumer.name()) ? first : first.of(name);
  }

  /** A delay counts from when the event came, and not from its arrival here. */
  private static Instant passedAt(Record<String, byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp());
  }
}
