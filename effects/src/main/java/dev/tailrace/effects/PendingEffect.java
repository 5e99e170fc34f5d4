package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An effect that is not settled yet, as the store keeps it.
 *
 * <p>The stored form names its fields by itself and the event's by their CloudEvents names, so that
 * no rename in the code changes what an older store holds.
 *
 * @param failures how many attempts have failed
 * @param firstAttempt when the first attempt began, since it was parked last; what waits behind
 *     others does not age
 * @param due when it may be attempted
 * @param carriedOut the result of a call that was made but not recorded yet
 * @param lastError why the last attempt failed, or the effect is parked
 * @param awaited what it is parked for
 */
record PendingEffect(
    Envelope envelope,
    int failures,
    Optional<Instant> firstAttempt,
    Instant due,
    Optional<String> carriedOut,
    Optional<String> lastError,
    Optional<Awaited> awaited) {

  /** 2 added what the last error was and what is awaited; 1 is still read. */
  private static final int FORMAT = 2;

  static PendingEffect first(Envelope envelope, Instant due) {
    return new PendingEffect(
        envelope, 0, Optional.empty(), due, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** One that follows from the death of another, for this reason. */
  static PendingEffect mourning(Envelope envelope, Instant due, String reason) {
    return new PendingEffect(
        envelope,
        0,
        Optional.empty(),
        due,
        Optional.empty(),
        Optional.of(reason),
        Optional.empty());
  }

  /** One that was given up, with all its attempts before it. */
  static PendingEffect redriven(DeadLetter letter, Instant now) {
    return mourning(letter.envelope(), now, letter.reason());
  }

  /** After an attempt that began then, failed, and is to be repeated when it is due. */
  PendingEffect failed(Instant began, Instant nextDue, String error, Optional<String> done) {
    return new PendingEffect(
        envelope,
        failures + 1,
        firstAttempt.or(() -> Optional.of(began)),
        nextDue,
        done,
        Optional.of(error),
        Optional.empty());
  }

  /**
   * After an attempt that found that something must happen first; it has not failed, and does not
   * age while it waits.
   */
  PendingEffect parked(Awaited until, Instant lookAgain, String reason) {
    return new PendingEffect(
        envelope,
        failures,
        Optional.empty(),
        lookAgain,
        carriedOut,
        Optional.of(reason),
        Optional.of(until));
  }

  /** Not attempted, since its destination is left alone until then. */
  PendingEffect held(Awaited answer, Instant until) {
    return new PendingEffect(
        envelope, failures, firstAttempt, until, carriedOut, lastError, Optional.of(answer));
  }

  /** What it waits for, as of now. */
  Waiting waiting(Instant now) {
    return due.isAfter(now) ? new Waiting(due, awaited) : Waiting.NOT;
  }

  /** How long it has been attempted. */
  Duration age(Instant now) {
    return firstAttempt.map(first -> Duration.between(first, now)).orElse(Duration.ZERO);
  }

  byte[] bytes() {
    ObjectNode stored = Json.MAPPER.createObjectNode();
    stored.put("format", FORMAT);
    stored.put("failures", failures);
    firstAttempt.ifPresent(at -> stored.put("firstAttempt", at.toString()));
    stored.put("due", due.toString());
    carriedOut.ifPresent(result -> stored.put("carriedOut", result));
    lastError.ifPresent(error -> stored.put("lastError", error));
    awaited.ifPresent(
        it -> stored.putObject("awaited").put("event", it.event()).put("key", it.key()));
    ObjectNode headers = stored.putObject("event");
    CloudEvents.write(envelope, "", headers::put);
    stored.put("payload", envelope.payload());
    return stored.toString().getBytes(StandardCharsets.UTF_8);
  }

  static PendingEffect parse(byte[] bytes) {
    JsonNode stored;
    try {
      stored = Json.read(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("BUG: a pending effect in the store is no JSON", e);
    }
    int format = stored.path("format").asInt();
    if (format < 1 || format > FORMAT) {
      throw new IllegalStateException(
          "a pending effect of format %s is in the store, and this version reads 1 to %d: start the version that wrote it"
              .formatted(stored.path("format"), FORMAT));
    }
    JsonNode headers = stored.path("event");
    return new PendingEffect(
        CloudEvents.read(name -> headers.path(name).textValue(), stored.path("payload").asText()),
        stored.path("failures").asInt(),
        text(stored, "firstAttempt").map(Instant::parse),
        Instant.parse(stored.path("due").asText()),
        text(stored, "carriedOut"),
        text(stored, "lastError"),
        Optional.of(stored.path("awaited"))
            .filter(JsonNode::isObject)
            .map(it -> new Awaited(it.path("event").asText(), it.path("key").asText())));
  }

  private static Optional<String> text(JsonNode stored, String field) {
    return Optional.ofNullable(stored.path(field).textValue());
  }
}
