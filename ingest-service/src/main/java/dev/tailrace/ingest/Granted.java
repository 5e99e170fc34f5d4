package dev.tailrace.ingest;

import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a provider answered to a code or a refresh token. */
sealed interface Granted<T> {

  /** What was asked for. */
  record Given<T>(T value) implements Granted<T> {}

  /**
   * No, and asking again with the same will not change that.
   *
   * @param error the provider's own code, such as {@code invalid_grant}
   */
  record Refused<T>(String error) implements Granted<T> {}

  /**
   * Nothing that can be relied on: the provider is away, or refuses us instead of what we asked
   * with (a wrong client secret says nothing of the token).
   *
   * @param reason for the log; holds nothing of the request
   */
  record Unavailable<T>(String reason) implements Granted<T> {}

  /** An error code as the providers have them; anything else is not repeated, whatever it holds. */
  Pattern CODE = Pattern.compile("[a-z][a-z_]{0,63}");

  /**
   * A refusal with the provider's code.
   *
   * @param passing codes that are no refusal of what we asked with
   */
  static <T> Granted<T> refused(String error, Set<String> passing) {
    String code = CODE.matcher(error).matches() ? error : "unknown_error";
    return passing.contains(code) ? new Unavailable<>(code) : new Refused<>(code);
  }

  /** Goes on with what was given. */
  default <U> Granted<U> then(Function<T, Granted<U>> next) {
    return switch (this) {
      case Given<T>(T value) -> next.apply(value);
      case Refused<T>(String error) -> new Refused<>(error);
      case Unavailable<T>(String reason) -> new Unavailable<>(reason);
    };
  }
}
