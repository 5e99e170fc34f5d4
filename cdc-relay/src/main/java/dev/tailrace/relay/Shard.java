package dev.tailrace.relay;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which part of the tenants a relay reads.
 *
 * @param index from 0 on
 * @param count of the shards, up to 64; 1 when one relay reads all
 */
record Shard(int index, int count) {

  static final Shard ONLY = new Shard(0, 1);

  private static final int MOST = 64;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,2})/(\\d{1,2})");

  Shard {
    if (count < 1 || count > MOST || index < 0 || index >= count) {
      throw new IllegalArgumentException("no shard: " + index + " of " + count);
    }
  }

  /** Reads {@code 0/4}: the first of four. */
  static Optional<Shard> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    try {
      return matcher.matches()
          ? Optional.of(
              new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** All of so many. */
  static List<Shard> all(int count) {
    return IntStream.range(0, count).mapToObj(index -> new Shard(index, count)).toList();
  }

  /** What belongs to it alone, such as its slot: the name itself when there is one shard. */
  String named(String base) {
    return count == 1 ? base : "%s_%d_of_%d".formatted(base, index, count);
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
