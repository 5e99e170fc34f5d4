package dev.tailrace.contracts.token;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Types of events, in the form of one text: an exact name, or one in which {@code *} stands for any
 * run of characters, such as {@code kitchen.*} or {@code rpc:*}.
 */
public final class TypePattern {

  private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9_.:*-]{1,255}");
  private static final String ANY = "*";

  private final String text;
  private final Pattern pattern;

  private TypePattern(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException for characters that no type has
   */
  public static TypePattern of(String text) {
    if (!GRAMMAR.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no pattern of types: letters, digits, '.', ':', '_', '-', and '*' for any run of characters"
              .formatted(text));
    }
    String expression =
        Arrays.stream(text.split(Pattern.quote(ANY), -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return new TypePattern(text, Pattern.compile(expression));
  }

  public boolean matches(String type) {
    return pattern.matcher(type).matches();
  }

  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TypePattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
