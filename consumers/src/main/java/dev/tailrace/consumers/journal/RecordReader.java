package dev.tailrace.consumers.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.consumers.journal.Entry.EffectId;
import dev.tailrace.consumers.journal.Entry.Place;
import dev.tailrace.consumers.journal.JournalTopics.Content;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.effects.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes an entry of each record, whatever is in it: what can't be read becomes an entry that says
 * why.
 *
 * <p>Attempts are read liberally: fields that a newer runtime adds are ignored, those that an older
 * one lacks are empty. Reasons never quote a payload.
 */
final class RecordReader {

  /** Postgres refuses an index entry over a third of a page; no such name or tenant is ours. */
  private static final int MOST_INDEXED_CHARACTERS = 512;

  private static final Instant LEAST_TIME = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant MOST_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private final JournalTopics topics;
  private final JournalDays days;

  RecordReader(JournalTopics topics, JournalDays days) {
    this.topics = topics;
    this.days = days;
  }

  Entry read(ConsumerRecord<byte[], byte[]> record) {
    var place =
        new Place(
            record.topic(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(Math.max(0, record.timestamp())));
    try {
      return switch (topics.of(record.topic()).orElseThrow()) {
        case Content.Events _ -> happened(place, record);
        case Content.Attempts _ -> attempted(place, Json.read(text(record.value())));
        case Content.DeadLetters(String application) -> died(place, application, record);
      };
    } catch (JsonProcessingException e) {
      return new Entry.Unreadable(place, "the value is no JSON");
    } catch (RuntimeException e) {
      return new Entry.Unreadable(place, String.valueOf(e.getMessage()));
    }
  }

  private Entry happened(Place place, ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    Envelope envelope = CloudEvents.read(name -> header(record, name), "");
    days.check(envelope.id());
    if (!days.keeps(envelope.id())) {
      return new Entry.Expired(place, Optional.empty());
    }
    indexed("tenant", envelope.tenantId());
    bounded("ce_time", envelope.occurredAt());
    long seq = Long.parseLong(envelope.seq());
    boolean seen = Catalogue.find(envelope.type()).filter(EventType::realtime).isPresent();
    return new Entry.Happened(
        place, envelope, seq, value.length, seen ? Optional.of(text(value)) : Optional.empty());
  }

  private Entry attempted(Place place, JsonNode json) {
    UUID eventId = UUID.fromString(required(json, "eventId"));
    days.check(eventId);
    var effect =
        new EffectId(
            eventId,
            indexed("consumer", required(json, "consumer")),
            indexed("item", json.path("item").asText("")));
    if (!days.keeps(eventId)) {
      return new Entry.Expired(place, Optional.of(effect));
    }
    return new Entry.Attempted(
        place,
        effect,
        json.path("application").asText(""),
        json.path("lane").asText(""),
        json.path("attempt").asInt(1),
        required(json, "outcome"),
        json.path("detail").asText(""),
        Optional.ofNullable(json.path("errorClass").textValue()),
        Optional.ofNullable(json.path("due").textValue()).map(RecordReader::instant),
        Optional.ofNullable(json.path("startedAt").textValue())
            .map(RecordReader::instant)
            .orElse(place.at()),
        json.path("tookMicros").asLong());
  }

  /** A dead letter is kept whatever it lacks: it may be one because of that. */
  private Entry died(Place place, String application, ConsumerRecord<byte[], byte[]> record) {
    Optional<UUID> eventId = optional(record, CloudEvents.ID).flatMap(RecordReader::uuid);
    String consumer = indexed("consumer", optional(record, DeadLetter.CONSUMER).orElse(""));
    String item = indexed("item", optional(record, DeadLetter.ITEM).orElse(""));
    return new Entry.Died(
        place,
        application,
        eventId
            .filter(id -> !consumer.isEmpty() && isKept(id))
            .map(id -> new EffectId(id, consumer, item)),
        eventId,
        consumer,
        item,
        optional(record, CloudEvents.TYPE).orElse(""),
        optional(record, CloudEvents.TENANT).orElse(""),
        optional(record, CloudEvents.SUBJECT).orElse(""),
        optional(record, DeadLetter.ATTEMPTS).map(Integer::parseInt).orElse(0),
        optional(record, DeadLetter.REASON).orElse("no reason was given"));
  }

  private boolean isKept(UUID eventId) {
    try {
      days.check(eventId);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return days.keeps(eventId);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Instant instant(String text) {
    return bounded("a time", Instant.parse(text));
  }

  private static Instant bounded(String what, Instant time) {
    if (time.isBefore(LEAST_TIME) || time.isAfter(MOST_TIME)) {
      throw new IllegalArgumentException(what + " is out of range: " + time);
    }
    return time;
  }

  private static String indexed(String what, String value) {
    if (value.length() > MOST_INDEXED_CHARACTERS) {
      throw new IllegalArgumentException(
          "the %s has %d characters, at most %d are kept"
              .formatted(what, value.length(), MOST_INDEXED_CHARACTERS));
    }
    return value;
  }

  private static String required(JsonNode json, String field) {
    String value = json.path(field).asText("");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("field " + field + " is missing: no attempt of Tailrace");
    }
    return value;
  }

  private static Optional<String> optional(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(header(record, name));
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : text(header.value());
  }

  private static String text(byte[] value) {
    if (value == null) {
      throw new IllegalArgumentException("the record has no value");
    }
    return new String(value, StandardCharsets.UTF_8);
  }
}
