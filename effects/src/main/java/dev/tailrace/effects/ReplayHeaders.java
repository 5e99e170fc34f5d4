package dev.tailrace.effects;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * How a replay is told with each of its records, beside the event's own headers; also where the
 * record came from, for people.
 */
final class ReplayHeaders {

  static final String ID = "tailrace-replay-id";
  static final String MODE = "tailrace-replay-mode";
  static final String BY = "tailrace-replay-by";
  static final String WHY = "tailrace-replay-why";
  static final String CONSUMERS = "tailrace-replay-consumers";
  static final String GREATEST_AGE = "tailrace-replay-greatest-age";
  static final String FORCED = "tailrace-replay-forced";
  static final String OLDER_THAN = "tailrace-replay-older-than";
  static final String TOPIC = "tailrace-replay-topic";
  static final String PARTITION = "tailrace-replay-partition";
  static final String OFFSET = "tailrace-replay-offset";

  private ReplayHeaders() {}

  static void write(Replay replay, Headers headers) {
    HeaderText.add(headers, ID, replay.id());
    HeaderText.add(headers, MODE, text(replay.mode()));
    HeaderText.add(headers, BY, replay.by());
    HeaderText.add(headers, WHY, replay.why());
    HeaderText.add(headers, GREATEST_AGE, replay.greatestAge().toString());
    if (!replay.consumers().isEmpty()) {
      HeaderText.add(headers, CONSUMERS, String.join(",", new TreeSet<>(replay.consumers())));
    }
  }

  /** What is remembered of a replay, with an effect that crosses to another task. */
  static void write(Replayed replayed, Headers headers) {
    HeaderText.add(headers, ID, replayed.id());
    HeaderText.add(headers, FORCED, Boolean.toString(replayed.isForced()));
    replayed.olderThan().ifPresent(age -> HeaderText.add(headers, OLDER_THAN, age.toString()));
  }

  /**
   * Reads it; nothing when the effect did not come by a replay.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Optional<Replayed> readReplayed(Headers headers) {
    return HeaderText.of(headers, ID)
        .map(
            id ->
                new Replayed(
                    id,
                    Boolean.parseBoolean(required(headers, FORCED)),
                    HeaderText.of(headers, OLDER_THAN)
                        .map(age -> parsed(OLDER_THAN, age, Duration::parse))));
  }

  static void writePosition(ConsumerRecord<?, ?> original, Headers headers) {
    HeaderText.add(headers, TOPIC, original.topic());
    HeaderText.add(headers, PARTITION, Integer.toString(original.partition()));
    HeaderText.add(headers, OFFSET, Long.toString(original.offset()));
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Replay read(Headers headers) {
    return new Replay(
        required(headers, ID),
        parsed(MODE, required(headers, MODE), ReplayHeaders::mode),
        required(headers, BY),
        required(headers, WHY),
        HeaderText.of(headers, CONSUMERS)
            .map(names -> Set.copyOf(List.of(names.split(","))))
            .orElse(Set.of()),
        HeaderText.of(headers, GREATEST_AGE)
            .map(age -> parsed(GREATEST_AGE, age, Duration::parse))
            .orElse(Replay.ONE_DAY));
  }

  private static ReplayMode mode(String text) {
    for (ReplayMode mode : ReplayMode.values()) {
      if (text(mode).equals(text)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("no mode");
  }

  private static String text(ReplayMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static <T> T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("header " + name + " is malformed: '" + text + "'", e);
    }
  }

  private static String required(Headers headers, String name) {
    return HeaderText.of(headers, name)
        .orElseThrow(() -> new IllegalArgumentException("header " + name + " is missing"));
  }
}
