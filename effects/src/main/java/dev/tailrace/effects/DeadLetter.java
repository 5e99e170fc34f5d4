package dev.tailrace.effects;

import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * An effect that was given up.
 *
 * @param item for which item; empty for a consumer without {@code each}
 * @param partition of the application's input: its task has the effect's lane, or knows the way
 * @param attempts after how many
 * @param reason why
 * @param forcedBy the id of the replay that was to repeat it, if one was
 */
public record DeadLetter(
    Envelope envelope,
    String consumer,
    String item,
    int partition,
    int attempts,
    String reason,
    Optional<String> forcedBy) {

  public static final String CONSUMER = "tailrace-consumer";
  public static final String ITEM = "tailrace-item";
  public static final String PARTITION = "tailrace-partition";
  public static final String ATTEMPTS = "tailrace-attempts";
  public static final String REASON = "tailrace-reason";
  public static final String FORCED_BY = "tailrace-forced-by";

  /** One that no replay was to repeat. */
  public DeadLetter(
      Envelope envelope, String consumer, String item, int partition, int attempts, String reason) {
    this(envelope, consumer, item, partition, attempts, reason, Optional.empty());
  }

  /**
   * Reads one from {@code effects.dead.<application>}; nothing if it is of a record that could not
   * be followed, which is no consumer's.
   */
  public static Optional<DeadLetter> read(ConsumerRecord<String, byte[]> record) {
    return read(record.headers(), record.value());
  }

  static Optional<DeadLetter> read(Headers headers, byte[] payload) {
    if (HeaderText.of(headers, CONSUMER).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new DeadLetter(
            CloudEvents.read(
                name -> HeaderText.of(headers, name).orElse(null),
                new String(payload, StandardCharsets.UTF_8)),
            HeaderText.of(headers, CONSUMER).orElseThrow(),
            HeaderText.of(headers, ITEM).orElse(""),
            number(headers, PARTITION),
            number(headers, ATTEMPTS),
            HeaderText.of(headers, REASON).orElse(""),
            HeaderText.of(headers, FORCED_BY)));
  }

  private static int number(Headers headers, String name) {
    return HeaderText.of(headers, name).map(Integer::parseInt).orElse(0);
  }
}
