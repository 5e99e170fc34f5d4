package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * An effect that is not settled yet, as the store keeps it.
 *
 * @param version of this format
 * @param failures how many tries have failed
 * @param since when it was first seen
 * @param due when it may be tried; in the past for one that was never tried
 * @param lastFailure why the last try failed, or empty
 */
record PendingEffect(
    int version, Envelope envelope, int failures, Instant since, Instant due, String lastFailure) {

  private static final int VERSION = 1;

  static PendingEffect first(Envelope envelope, Instant now) {
    return new PendingEffect(VERSION, envelope, 0, now, now, "");
  }

  PendingEffect failed(Instant nextTry, String reason) {
    return new PendingEffect(version, envelope, failures + 1, since, nextTry, reason);
  }

  byte[] bytes() {
    try {
      return Json.MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PendingEffect parse(byte[] bytes) {
    try {
      PendingEffect pending = Json.MAPPER.readValue(bytes, PendingEffect.class);
      if (pending.version() != VERSION) {
        throw new IllegalStateException(
            "a pending effect of format " + pending.version() + " is unknown, this is " + VERSION);
      }
      return pending;
    } catch (IOException e) {
      throw new UncheckedIOException("a pending effect in the store can't be read", e);
    }
  }
}
