package dev.tailrace.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The bytes of a request as they came: what a signature is over, and what is kept. */
final class Body {

  private final byte[] bytes;

  private Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over; the caller no longer writes to it. */
  static Body of(byte[] bytes) {
    return new Body(bytes);
  }

  /** The bytes themselves; not to be written to. */
  byte[] bytes() {
    return bytes;
  }

  /** The text; empty when the bytes are no UTF-8. */
  Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
