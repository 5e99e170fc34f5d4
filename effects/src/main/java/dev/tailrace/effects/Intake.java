package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows in a task from the events that come to it: an effect for each consumer that follows
 * one, and the end of what waits for it. A record that can't be followed is a dead letter at once.
 */
final class Intake {

  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private final Instance shared;
  private final ProcessorContext<String, byte[]> context;
  private final Lanes lanes;
  private final Books books;
  private final Crossings crossings;

  Intake(
      Instance shared,
      ProcessorContext<String, byte[]> context,
      Lanes lanes,
      Books books,
      Crossings crossings) {
    this.shared = shared;
    this.context = context;
    this.lanes = lanes;
    this.books = books;
    this.crossings = crossings;
  }

  /** Of a record what can be followed. */
  private record Followed(Record<String, byte[]> record, Envelope envelope, EventType<?> type) {}

  /** An event comes. */
  void event(Record<String, byte[]> record) {
    followed(record)
        .ifPresent(
            its -> {
              for (Consumer<?> consumer : shared.consumers().following(its.type())) {
                accept(consumer, its, Optional.empty());
              }
              for (Waking<?> waking : shared.consumers().wokenBy(its.type())) {
                awaited(waking, its).ifPresent(this::wake);
              }
              for (Waking<?> ending : shared.consumers().endedBy(its.type())) {
                awaited(ending, its).ifPresent(ended -> wake(Breakers.answerOf(ended.key())));
              }
            });
  }

  /** An event comes by a replay. Nobody is woken by it: what waits is for what happens now. */
  void replayed(Record<String, byte[]> record) {
    Replay replay;
    try {
      replay = ReplayHeaders.read(record.headers());
    } catch (RuntimeException e) {
      bury(record, "no replay that can be followed: " + e.getMessage());
      return;
    }
    Optional<String> stranger =
        replay.consumers().stream()
            .filter(name -> shared.consumers().find(name).isEmpty())
            .findFirst();
    if (stranger.isPresent()) {
      bury(
          record,
          "its replay is for %s, which this version lacks: replay it for another"
              .formatted(stranger.get()));
      return;
    }
    followed(record).ifPresent(its -> replayed(its, replay));
  }

  private void replayed(Followed its, Replay replay) {
    Instant at = Instant.ofEpochMilli(its.record().timestamp());
    Optional<Replayed> by = Optional.of(replay.of(its.envelope(), at));
    for (Consumer<?> consumer : shared.consumers().following(its.type())) {
      if (replay.isFor(consumer)) {
        accept(consumer, its, by);
      }
    }
  }

  /** An effect comes whose lane is here. */
  void crossed(Record<String, byte[]> record) {
    followed(record)
        .ifPresent(its -> crossings.arrives(record, its.envelope(), committedAt(record)));
  }

  /** The event of a record, of a type that is known; nothing when it has none, and is buried. */
  private Optional<Followed> followed(Record<String, byte[]> record) {
    Envelope envelope;
    try {
      envelope = read(record.headers(), record.value());
    } catch (RuntimeException e) {
      bury(record, "no event of Tailrace: " + e.getMessage());
      return Optional.empty();
    }
    Optional<EventType<?>> type = Catalogue.find(envelope.type());
    if (type.isEmpty()) {
      books.bury(
          record,
          Death.UNKNOWN_TYPE,
          envelope.type() + " is not in the catalogue of this version: redrive it to a later one");
    }
    return type.map(known -> new Followed(record, envelope, known));
  }

  private void bury(Record<String, byte[]> record, String reason) {
    books.bury(record, Death.UNREADABLE, reason);
  }

  /** As the relay stamps it; no clock is far enough ahead to make an age negative. */
  private Instant committedAt(Record<String, byte[]> record) {
    long now = shared.clock().millis();
    return Instant.ofEpochMilli(Math.min(record.timestamp(), now));
  }

  private void accept(Consumer<?> consumer, Followed its, Optional<Replayed> by) {
    Envelope envelope = its.envelope();
    Instant due = shared.clock().instant().plus(consumer.patience().delay());
    PendingEffect first =
        PendingEffect.first(envelope, due).since(committedAt(its.record())).by(by);
    Optional<String> lane;
    Optional<String> misplaced;
    try {
      lane = consumer.laneOf(envelope, its.type());
      misplaced = lane.flatMap(of -> consumer.laning().misplaced(its.record().key(), envelope));
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      buryUnfollowed(consumer, first, "its when or lane failed: " + Reasons.of(e));
      return;
    }
    if (misplaced.isPresent()) {
      buryUnfollowed(consumer, first, misplaced.get());
    } else if (lane.isPresent() && consumer.laning().isAcross()) {
      crossings.pass(consumer, lane.get(), envelope, by);
    } else if (lane.isPresent()) {
      books.add(consumer.key(lane.get(), first), first);
    }
  }

  private void buryUnfollowed(Consumer<?> consumer, PendingEffect effect, String reason) {
    EffectKey key = consumer.key(effect.envelope().aggregateId(), effect);
    books.bury(key, effect, 0, Death.UNFOLLOWED, reason);
  }

  private Optional<Awaited> awaited(Waking<?> waking, Followed its) {
    try {
      return waking.of(its.envelope(), its.type());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      log.atError()
          .addKeyValue("eventId", its.envelope().id())
          .addKeyValue("reason", Reasons.of(e))
          .log(
              "what this event wakes could not be told: the key of a wokenBy, or a destinationEndedBy, failed");
      return Optional.empty();
    }
  }

  /** Here at once, and by way of Kafka in every other task: what waits may be in any. */
  private void wake(Awaited awaited) {
    woken(awaited);
    int own = context.taskId().partition();
    context.forward(
        shared.output().wake(awaited, own, shared.clock().millis()), EffectProcessor.TO_WAKES);
  }

  /** What this has been waited for has come. */
  void woken(Awaited awaited) {
    if (Breakers.isAnswer(awaited)) {
      shared.attempts().breakers().ended(awaited.key());
    }
    lanes.woken(awaited, shared.clock().instant());
  }

  /**
   * The event of a record.
   *
   * @throws RuntimeException saying why it is none
   */
  static Envelope read(Headers headers, byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    return CloudEvents.read(
        name -> HeaderText.of(headers, name).orElse(null),
        new String(value, StandardCharsets.UTF_8));
  }
}
