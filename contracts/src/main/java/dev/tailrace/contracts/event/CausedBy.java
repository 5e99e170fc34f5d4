package dev.tailrace.contracts.event;

import java.util.UUID;

/** The event whose handling made this one, and the consumer that handled it. */
public record CausedBy(UUID eventId, String consumer) {

  /** As it travels in a header: {@code <eventId>/<consumer>}. */
  @Override
  public String toString() {
    return eventId + "/" + consumer;
  }

  /** Reads what {@link #toString} wrote. */
  public static CausedBy parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("'" + text + "' is no <eventId>/<consumer>");
    }
    return new CausedBy(UUID.fromString(text.substring(0, slash)), text.substring(slash + 1));
  }
}
