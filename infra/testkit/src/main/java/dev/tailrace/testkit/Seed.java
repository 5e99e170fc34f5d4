package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What one run of a law draws its input from.
 *
 * <p>Equal seeds draw equal values in equal order. {@link #size()} bounds lengths and depths.
 */
public final class Seed {
  static final int LARGEST = 100;

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
  private static final List<String> AWKWARD =
      List.of(
          "\u0000", "\u0001", "\u001f", "\u007f", "\n", "\r", "\t", "\"", "\\", "\u2028", "\ufeff");

  private final SplittableRandom random;
  private final int size;

  Seed(SplittableRandom random, int size) {
    this.random = random;
    this.size = size;
  }

  /** One for another thread: what is drawn there does not change what is drawn here. */
  public Seed split() {
    return new Seed(random.split(), size);
  }

  /** From 1 in the first run to about 100 in the last. */
  public int size() {
    return size;
  }

  /** From 0 to below the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends included. */
  public int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  public long number() {
    return random.nextLong();
  }

  public boolean flip() {
    return random.nextBoolean();
  }

  /** True once in so many draws. */
  public boolean oneIn(int many) {
    return below(many) == 0;
  }

  public <T> T oneOf(List<? extends T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Up to {@link #size()} elements. */
  public <T> List<T> list(Supplier<? extends T> element) {
    return list(below(size + 1), element);
  }

  public <T> List<T> list(int length, Supplier<? extends T> element) {
    var all = new ArrayList<T>(length);
    for (int i = 0; i < length; i++) {
      all.add(element.get());
    }
    return all;
  }

  public <T> List<T> shuffled(List<? extends T> elements) {
    var all = new ArrayList<T>(elements);
    for (int last = all.size() - 1; last > 0; last--) {
      int other = below(last + 1);
      var swapped = all.get(last);
      all.set(last, all.get(other));
      all.set(other, swapped);
    }
    return all;
  }

  public byte[] bytes() {
    var bytes = new byte[below(size + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  public UUID uuid() {
    // The version and variant of a random uuid, on drawn bits.
    return new UUID((number() & ~0xF000L) | 0x4000L, (number() & ~(3L << 62)) | (1L << 63));
  }

  /** Printable ASCII. */
  public String ascii() {
    return text(() -> Character.toString(between(0x20, 0x7e)));
  }

  /** Any characters that UTF-8 can carry, from all planes. */
  public String unicode() {
    return text(this::character);
  }

  /** Unicode with control characters, quotes, NUL and what else parsers stumble over. */
  public String awkward() {
    return text(() -> oneIn(3) ? oneOf(AWKWARD) : character());
  }

  /** A lowercase letter, then letters, digits and underscores, at most 40 in all. */
  public String identifier() {
    var rest = list(below(Math.min(size, 39) + 1), () -> symbol(LETTERS + "0123456789_"));
    return symbol(LETTERS) + String.join("", rest);
  }

  public String tenantId() {
    return "org_" + identifier();
  }

  /** A JSON object of up to some hundred members in all, nested up to five levels. */
  public String json() {
    return object(Math.min(5, 1 + size / 20));
  }

  private String object(int depth) {
    int members = below(Math.max(2, size / 10));
    return IntStream.range(0, members)
        .mapToObj(i -> quoted(identifier() + i) + ":" + value(depth - 1))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String value(int depth) {
    return switch (below(depth > 0 ? 7 : 5)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(flip());
      case 2 -> Long.toString(number());
      case 3 -> below(1000) + "." + below(1000) + "e" + between(-9, 9);
      case 4 -> quoted(awkward());
      case 5 -> list(below(4), () -> value(depth - 1)).toString();
      default -> object(depth);
    };
  }

  /** PostgreSQL's text cannot hold a NUL, and JSON spells every control character out. */
  private static String quoted(String text) {
    return text.chars()
        .mapToObj(
            c -> {
              if (c == '"' || c == '\\') {
                return "\\" + (char) c;
              }
              return c < 0x20 ? "\\u%04x".formatted(c) : Character.toString(c);
            })
        .collect(Collectors.joining("", "\"", "\""));
  }

  private String text(Supplier<String> character) {
    return String.join("", list(character));
  }

  private String symbol(String from) {
    return Character.toString(from.charAt(below(from.length())));
  }

  private String character() {
    int plane = below(4);
    int codePoint =
        switch (plane) {
          case 0 -> between(0x20, 0x7e);
          case 1 -> between(0xa0, 0x7ff);
          case 2 -> between(0x800, 0xd7ff);
          default -> between(0x10000, 0x10ffff);
        };
    return Character.toString(codePoint);
  }
}
