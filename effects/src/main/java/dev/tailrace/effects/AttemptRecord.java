package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What is told of an effect in {@code effects.attempts}: JSON, keyed by its event. One is written
 * for each attempt, so it is written as it goes and no tree is made of it.
 *
 * @param replay by which its effect came, if it did
 * @param attempt 1 for the first
 * @param outcome in one word
 * @param batch in which it was, if that was of several
 */
record AttemptRecord(
    EffectKey key,
    Envelope envelope,
    Optional<String> replay,
    int attempt,
    String outcome,
    String detail,
    Instant startedAt,
    Duration took,
    Optional<String> batch) {

  private static final int USUAL_BYTES = 512;

  static AttemptRecord of(Finished finished) {
    PendingEffect effect = finished.pending();
    return new AttemptRecord(
        finished.key(),
        effect.envelope(),
        effect.replayed().map(Replayed::id),
        effect.failures() + 1,
        finished.label(),
        finished.outcome().detail(),
        finished.startedAt(),
        finished.took(),
        finished.batch());
  }

  /** No attempt: an operator has ended it. */
  static AttemptRecord asked(
      EffectKey key,
      Envelope envelope,
      int attempts,
      String outcome,
      Command command,
      Instant now) {
    return new AttemptRecord(
        key,
        envelope,
        Optional.empty(),
        attempts,
        outcome,
        Reasons.shortened("by %s: %s".formatted(command.by(), command.why())),
        now,
        Duration.ZERO,
        Optional.empty());
  }

  /** The same of an effect that came by this replay, if it did. */
  AttemptRecord by(Optional<Replayed> replayed) {
    return new AttemptRecord(
        key,
        envelope,
        replayed.map(Replayed::id),
        attempt,
        outcome,
        detail,
        startedAt,
        took,
        batch);
  }

  Record<String, byte[]> of(String application) {
    String id = key.eventId().toString();
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("eventId", id);
      json.writeStringField("seq", envelope.seq());
      json.writeStringField("type", envelope.type());
      json.writeStringField("tenantId", envelope.tenantId());
      json.writeStringField("application", application);
      json.writeStringField("consumer", key.consumer());
      json.writeStringField("item", key.item());
      json.writeStringField("lane", key.lane());
      write(json, "replay", replay);
      json.writeNumberField("attempt", attempt);
      json.writeStringField("outcome", outcome);
      json.writeStringField("detail", detail);
      json.writeStringField("startedAt", startedAt.toString());
      json.writeNumberField("tookMicros", took.toNanos() / 1_000);
      write(json, "batch", batch);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: an array takes everything", e);
    }
    return new Record<>(id, bytes.toByteArray(), startedAt.plus(took).toEpochMilli());
  }

  private static void write(JsonGenerator json, String name, Optional<String> text)
      throws IOException {
    if (text.isPresent()) {
      json.writeStringField(name, text.get());
    }
  }
}
