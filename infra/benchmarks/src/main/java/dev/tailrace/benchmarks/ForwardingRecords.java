package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.event.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Messages in Slack, as the relay writes their events: each lane is a project with a conversation.
 * What is posted of one says which it is, and since when it waits.
 */
record ForwardingRecords(String prefix) implements EffectRecords {

  static final EventType<SlackEvent.EventReceived> TYPE =
      Catalogue.of(SlackEvent.EventReceived.class);

  /** The field that has the event's number. */
  static final String NUMBER = "bench_number";

  /** The field that has the time from which it is timed, in microseconds since 1970. */
  static final String APPENDED = "bench_appended";

  /** A message of the length that people write, and what Slack has around it. */
  private static final String TEXT = "Is the oven free at noon? ".repeat(24).strip();

  @Override
  public ProducerRecord<byte[], byte[]> of(long number, String lane, Instant appended) {
    String payload =
        """
        {"teamId":"T0BENCH","slackEventId":"Ev%d","conversation":"C0/1.1","raw":{"%s":%d,"%s":%d,"team_id":"T0BENCH","type":"event_callback","event_id":"Ev%d","event":{"type":"message","channel":"C0","user":"U0","ts":"1.1","text":"%s"}}}"""
            .formatted(
                number,
                NUMBER,
                number,
                APPENDED,
                ChronoUnit.MICROS.between(Instant.EPOCH, appended),
                number,
                TEXT);
    return EventRecords.of(
        new Topics(prefix).events(TYPE),
        EventRecords.envelope(TYPE, number, "project", lane, appended),
        payload.getBytes(UTF_8));
  }
}
