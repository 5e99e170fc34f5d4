package dev.tailrace.relay;

/**
 * This relay may publish no more for now: another has taken over, or Kafka has given up a
 * transaction that took too long, which looks the same. Which it was is seen at the slot, by the
 * next start.
 */
final class TakenOverException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TakenOverException(String message) {
    super(message);
  }

  TakenOverException(String message, Throwable cause) {
    super(message, cause);
  }
}
