package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a pending effect stands in the store and its changelog.
 *
 * <p>Format 4 is binary, with the format as its first byte: each effect is written once and read
 * about once, and as JSON that was a fifth of the stream thread's work. 3 did not say since when it
 * is pending, nor of a call that is made again or a replay; 1 and 2 were JSON. All are still read.
 * The event's attributes go by their CloudEvents names in all of them, so that no rename in the
 * code changes what an older store holds.
 */
final class PendingFormat {

  private static final int FORMAT = 4;
  private static final int FIRST_BINARY_FORMAT = 3;
  private static final int LAST_JSON_FORMAT = 2;
  private static final int JSON = '{';
  private static final int ABSENT = -1;

  private PendingFormat() {}

  static byte[] write(PendingEffect effect) {
    var bytes = new ByteArrayOutputStream(512 + effect.envelope().payload().length());
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      write(out, effect.since());
      out.writeInt(effect.failures());
      out.writeBoolean(effect.firstAttempt().isPresent());
      if (effect.firstAttempt().isPresent()) {
        write(out, effect.firstAttempt().get());
      }
      write(out, effect.due());
      write(out, effect.carriedOut());
      write(out, effect.lastError());
      write(out, effect.awaited().map(Awaited::event));
      write(out, effect.awaited().map(Awaited::key));
      write(out, effect.knownAs());
      List<String> attributes = attributes(effect);
      out.writeByte(attributes.size());
      for (String each : attributes) {
        write(out, each);
      }
      write(out, effect.envelope().payload());
      write(out, effect.batched().map(PendingEffect.Batched::call));
      if (effect.batched().isPresent()) {
        out.writeInt(effect.batched().get().place());
      }
      writeReplay(out, effect.replayed());
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: an array takes everything", e);
    }
    return bytes.toByteArray();
  }

  private static void writeReplay(DataOutputStream out, Optional<Replayed> replayed)
      throws IOException {
    write(out, replayed.map(Replayed::id));
    if (replayed.isPresent()) {
      out.writeBoolean(replayed.get().isForced());
      write(out, replayed.get().olderThan().map(Duration::toString));
    }
  }

  private static Optional<Replayed> readReplay(DataInputStream in) throws IOException {
    Optional<String> id = readText(in);
    return id.isEmpty()
        ? Optional.empty()
        : Optional.of(new Replayed(id.get(), in.readBoolean(), readText(in).map(Duration::parse)));
  }

  /** Names and values in turn. */
  private static List<String> attributes(PendingEffect effect) {
    var attributes = new ArrayList<String>();
    CloudEvents.write(
        effect.envelope(),
        "",
        (name, value) -> {
          attributes.add(name);
          attributes.add(value);
        });
    return attributes;
  }

  private static void write(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
  }

  private static void write(DataOutputStream out, Optional<String> text) throws IOException {
    if (text.isPresent()) {
      write(out, text.get());
    } else {
      out.writeInt(ABSENT);
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads any format that there has been.
   *
   * @throws IllegalStateException naming the format, when a later version wrote it
   */
  static PendingEffect read(byte[] stored) {
    if (stored.length > 0 && stored[0] == JSON) {
      return readJson(new String(stored, StandardCharsets.UTF_8));
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(stored))) {
      int format = in.readUnsignedByte();
      if (format < FIRST_BINARY_FORMAT || format > FORMAT) {
        throw unknown(format);
      }
      PendingEffect effect = read(in, format);
      return format == FIRST_BINARY_FORMAT ? effect : effect.in(readCall(in)).by(readReplay(in));
    } catch (IOException e) {
      throw new IllegalStateException("BUG: a pending effect in the store is cut off", e);
    }
  }

  private static PendingEffect read(DataInputStream in, int format) throws IOException {
    Optional<Instant> since =
        format == FIRST_BINARY_FORMAT ? Optional.empty() : Optional.of(readInstant(in));
    int failures = in.readInt();
    Optional<Instant> firstAttempt =
        in.readBoolean() ? Optional.of(readInstant(in)) : Optional.empty();
    Instant due = readInstant(in);
    Optional<String> carriedOut = readText(in);
    Optional<String> lastError = readText(in);
    Optional<String> event = readText(in);
    Optional<String> key = readText(in);
    Optional<String> knownAs = readText(in);
    Map<String, String> attributes = HashMap.newHashMap(16);
    for (int i = in.readUnsignedByte(); i > 0; i -= 2) {
      attributes.put(readText(in).orElseThrow(), readText(in).orElseThrow());
    }
    Envelope envelope = CloudEvents.read(attributes::get, readText(in).orElseThrow());
    return new PendingEffect(
        new PendingEffect.Origin(
            envelope, since.orElse(envelope.occurredAt()), knownAs, Optional.empty()),
        failures,
        firstAttempt,
        due,
        carriedOut,
        lastError,
        event.map(type -> new Awaited(type, key.orElseThrow())),
        Optional.empty());
  }

  private static Optional<PendingEffect.Batched> readCall(DataInputStream in) throws IOException {
    Optional<String> call = readText(in);
    return call.isPresent()
        ? Optional.of(new PendingEffect.Batched(call.get(), in.readInt()))
        : Optional.empty();
  }

  private static Instant readInstant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static Optional<String> readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == ABSENT
        ? Optional.empty()
        : Optional.of(new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static PendingEffect readJson(String text) {
    JsonNode stored;
    try {
      stored = Json.read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("BUG: a pending effect in the store is no JSON", e);
    }
    int format = stored.path("format").asInt();
    if (format < 1 || format > LAST_JSON_FORMAT) {
      throw unknown(format);
    }
    JsonNode headers = stored.path("event");
    Envelope envelope =
        CloudEvents.read(name -> headers.path(name).textValue(), stored.path("payload").asText());
    return new PendingEffect(
        new PendingEffect.Origin(
            envelope, envelope.occurredAt(), Optional.empty(), Optional.empty()),
        stored.path("failures").asInt(),
        text(stored, "firstAttempt").map(Instant::parse),
        Instant.parse(stored.path("due").asText()),
        text(stored, "carriedOut"),
        text(stored, "lastError"),
        Optional.of(stored.path("awaited"))
            .filter(JsonNode::isObject)
            .map(it -> new Awaited(it.path("event").asText(), it.path("key").asText())),
        Optional.empty());
  }

  private static Optional<String> text(JsonNode stored, String field) {
    return Optional.ofNullable(stored.path(field).textValue());
  }

  private static IllegalStateException unknown(int format) {
    return new IllegalStateException(
        "a pending effect of format %d is in the store, and this version reads 1 to %d: start the version that wrote it"
            .formatted(format, FORMAT));
  }
}
