package dev.tailrace.contracts.sealing;

/** A text that {@link Sealing} has sealed, as a row keeps it. */
public final class SealedText {

  private final byte[] bytes;

  private SealedText(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over; the caller no longer writes to it. */
  public static SealedText of(byte[] bytes) {
    return new SealedText(bytes);
  }

  /** The bytes themselves; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }
}
