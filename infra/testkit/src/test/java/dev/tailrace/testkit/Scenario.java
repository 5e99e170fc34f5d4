package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A pipeline written by hand into real servers, so that each of its promises can be broken. */
final class Scenario implements AutoCloseable {
  static final String PAID = "stripe:invoice.paid";

  final TestDatabase database = TestDatabase.create();
  final TestTopics topics = TestTopics.create();
  private long seq = 0;

  Scenario() {
    database.execute(
        """
        create table outbox_event (
          id uuid, created_at timestamptz default now(), tenant_id text, aggregate_type text,
          aggregate_id text, type text, payload text, headers text, occurred_at timestamptz)
        """);
    database.execute(
        """
        create table webhook_receipt (
          source text, dedupe_key text, received_at timestamptz default now(), outcome text,
          event_id uuid)
        """);
    database.execute("create table effect_done (event_id uuid, consumer text, item text)");
    topics.create("events.stripe.invoice.paid", 3, Map.of());
    topics.create("events.secret.stored-again", 3, Map.of());
  }

  /** Commits an event to the outbox. */
  UUID commit(String type, String key, String payload) {
    var id = UUID.randomUUID();
    database.execute(
        "insert into outbox_event (id, aggregate_id, type, payload) values (?, ?, ?, ?)",
        id,
        key,
        type,
        payload);
    return id;
  }

  /** Publishes an event under the next seq. */
  void publish(String type, String key, UUID id) {
    publish(type, key, id, ++seq);
  }

  void publish(String type, String key, UUID id, long withSeq) {
    var topic = topics.name(Outbox.topicOf(type));
    var event = new ProducerRecord<>(topic, key, "{}".getBytes(UTF_8));
    event.headers().add("ce_id", id.toString().getBytes(UTF_8));
    event.headers().add("ce_type", type.getBytes(UTF_8));
    event.headers().add("ce_seq", "%019d".formatted(withSeq).getBytes(UTF_8));
    try (var producer = topics.producer("relay")) {
      producer.beginTransaction();
      var _ = producer.send(event);
      producer.commitTransaction();
    }
  }

  UUID commitAndPublish(String type, String key) {
    var id = commit(type, key, "{}");
    publish(type, key, id);
    return id;
  }

  void receive(String source, String dedupeKey, UUID event) {
    database.execute(
        "insert into webhook_receipt (source, dedupe_key, event_id) values (?, ?, ?)",
        source,
        dedupeKey,
        event);
  }

  @Override
  public void close() {
    topics.close();
    database.close();
  }
}
