package dev.tailrace.effects;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The records that an application writes: each attempt, each dead letter, and what its tasks tell
 * each other. Every one is built anew.
 */
final class Output {

  /** The header that names the consumer of what crosses to another task. */
  static final String CROSSER = "tailrace-crosser";

  private static final String SEPARATOR = "\0";

  private final String application;
  private final String wakes;
  private final String commands;
  private final String across;
  private final String replays;
  private final String source;

  /**
   * @param source the {@code ce_source} of dead letters
   */
  Output(String application, Topics topics, String source) {
    this.application = application;
    this.wakes = topics.wakes(application);
    this.commands = topics.commands(application);
    this.across = topics.across(application);
    this.replays = topics.replay(application);
    this.source = source;
  }

  /** Whether records of this topic are {@link Command}s. */
  boolean isOfCommands(String topic) {
    return topic.equals(commands);
  }

  /** Whether records of this topic are events that come by a {@link Replay}. */
  boolean isOfReplays(String topic) {
    return topic.equals(replays);
  }

  /** Whether records of this topic are those of {@link #wake}. */
  boolean isOfWakes(String topic) {
    return topic.equals(wakes);
  }

  /** Whether records of this topic are those of {@link #crossing}. */
  boolean isOfCrossings(String topic) {
    return topic.equals(across);
  }

  /** An attempt as JSON, keyed by its event. */
  Record<String, byte[]> attempt(Finished finished) {
    return AttemptRecord.of(finished).of(application);
  }

  /** An effect that is not attempted any more, in the same form. */
  Record<String, byte[]> cancelled(
      EffectKey key, PendingEffect effect, Command.Cancel cancel, Instant now) {
    int attempts = effect.failures();
    return AttemptRecord.asked(key, effect.envelope(), attempts, "cancelled", cancel, now)
        .by(effect.replayed())
        .of(application);
  }

  /** A dead letter that nobody has to look at any more, in the same form; its lane is not known. */
  Record<String, byte[]> discarded(Command.Discard discard, Instant now) {
    DeadLetter letter = discard.letter();
    Envelope envelope = letter.envelope();
    var key = new EffectKey(letter.consumer(), "", envelope.seq(), envelope.id(), letter.item());
    return AttemptRecord.asked(key, envelope, letter.attempts(), "discarded", discard, now)
        .of(application);
  }

  /** The event as it came, with who gave it up, after how many attempts, and why. */
  Record<String, byte[]> dead(DeadLetter letter, long now) {
    Envelope envelope = letter.envelope();
    var headers = new RecordHeaders();
    CloudEvents.write(envelope, source, (name, value) -> HeaderText.add(headers, name, value));
    HeaderText.add(headers, DeadLetter.CONSUMER, letter.consumer());
    HeaderText.add(headers, DeadLetter.ITEM, letter.item());
    HeaderText.add(headers, DeadLetter.PARTITION, Integer.toString(letter.partition()));
    HeaderText.add(headers, DeadLetter.ATTEMPTS, Integer.toString(letter.attempts()));
    HeaderText.add(headers, DeadLetter.REASON, letter.reason());
    letter.forcedBy().ifPresent(replay -> HeaderText.add(headers, DeadLetter.FORCED_BY, replay));
    return new Record<>(
        envelope.aggregateId(), envelope.payload().getBytes(StandardCharsets.UTF_8), now, headers);
  }

  /** An effect for the task that has its lane: the event as it came, keyed by the lane. */
  Record<String, byte[]> crossing(
      String consumer, String lane, Envelope envelope, Optional<Replayed> replayed, long now) {
    var headers = new RecordHeaders();
    replayed.ifPresent(its -> ReplayHeaders.write(its, headers));
    CloudEvents.write(envelope, source, (name, value) -> HeaderText.add(headers, name, value));
    HeaderText.add(headers, CROSSER, consumer);
    byte[] payload = envelope.payload().getBytes(StandardCharsets.UTF_8);
    return new Record<>(lane, payload, now, headers);
  }

  /** The same of one that was given up: as a dead letter, but for its key. */
  Record<String, byte[]> crossing(String consumer, String lane, DeadLetter letter, long now) {
    Record<String, byte[]> dead = dead(letter, now);
    HeaderText.add(dead.headers(), CROSSER, consumer);
    return dead.withKey(lane);
  }

  /** Whose effect such a record is; nothing if it does not say. */
  static Optional<String> crosser(Record<String, byte[]> record) {
    return HeaderText.of(record.headers(), CROSSER);
  }

  /** What has come, for every task but the one that tells it. */
  Record<String, byte[]> wake(Awaited awaited, int teller, long now) {
    return new Record<>(
        awaited.event() + SEPARATOR + awaited.key(),
        Integer.toString(teller).getBytes(StandardCharsets.UTF_8),
        now);
  }

  /** What such a record tells; nothing if it is none. */
  static Optional<Awaited> awaited(Record<String, byte[]> record) {
    String key = Objects.requireNonNullElse(record.key(), "");
    int separator = key.indexOf(SEPARATOR);
    return separator < 0
        ? Optional.empty()
        : Optional.of(new Awaited(key.substring(0, separator), key.substring(separator + 1)));
  }

  /** All partitions of the wake topic but that of the task that tells. */
  static Optional<Set<Integer>> othersThan(byte[] teller, int partitions) {
    int own = Integer.parseInt(new String(teller, StandardCharsets.UTF_8));
    return Optional.of(
        IntStream.range(0, partitions)
            .filter(each -> each != own)
            .boxed()
            .collect(Collectors.toSet()));
  }

  /** A record that can't be read as an event, as it came. */
  Record<String, byte[]> poison(Record<String, byte[]> record, String reason, long now) {
    Headers headers = new RecordHeaders(record.headers());
    HeaderText.add(headers, DeadLetter.REASON, reason);
    return new Record<>(record.key(), record.value(), now, headers);
  }
}
