package dev.tailrace.relay;

/** What ends the relay, told to a person: trying again would be wrong, or lose a row. */
final class CannotGoOnException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CannotGoOnException(String message) {
    super(message);
  }

  CannotGoOnException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A row that has no way into Kafka; it is neither skipped nor tried for ever. */
  static CannotGoOnException row(Object id, String reason, Throwable cause) {
    return new CannotGoOnException("row " + id + " can't be relayed: " + reason, cause);
  }
}
