package dev.tailrace.ingest;

import java.util.List;

/**
 * What a text of our own configuration comes to: something to use, or all that is wrong with it.
 */
sealed interface Parsed<T> {

  /** It can be used. */
  record Usable<T>(T value) implements Parsed<T> {}

  /**
   * It can't be used.
   *
   * @param problems each of them in words that tell no secret
   */
  record Unusable<T>(List<String> problems) implements Parsed<T> {}

  static <T> Parsed<T> unusable(String problem) {
    return new Unusable<>(List.of(problem));
  }

  /** What keeps it from being used; empty when nothing does. */
  default List<String> problems() {
    return switch (this) {
      case Usable<T> usable -> List.of();
      case Unusable<T>(List<String> problems) -> problems;
    };
  }
}
