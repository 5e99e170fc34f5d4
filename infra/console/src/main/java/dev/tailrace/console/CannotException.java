package dev.tailrace.console;

/**
 * What was asked for can't be done; the message says why and what helps, and is all that a person
 * needs to see.
 */
final class CannotException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CannotException(String message) {
    super(message);
  }

  CannotException(String message, Throwable cause) {
    super(message, cause);
  }
}
