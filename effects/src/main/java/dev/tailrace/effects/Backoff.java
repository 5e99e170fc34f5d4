package dev.tailrace.effects;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a failed effect is tried again, and when it is given up.
 *
 * @param delays the delay after the first failure, after the second, ...; the last one repeats
 *     while {@code repeats} is true
 * @param jitter the share of a delay that is drawn by lot, so that what failed together does not
 *     come back together
 * @param greatestAge an effect that is older than this is given up when it fails
 */
public record Backoff(List<Duration> delays, boolean repeats, double jitter, Duration greatestAge) {

  private static final Pattern STEP = Pattern.compile("(\\d{1,6})(ms|s|m|h)(?:\\*(\\d{1,4}))?");
  private static final Duration FOREVER = Duration.ofDays(365);

  public Backoff {
    if (delays.isEmpty()) {
      throw new IllegalArgumentException("a backoff needs at least one delay");
    }
    if (jitter < 0 || jitter > 1) {
      throw new IllegalArgumentException("jitter is a share from 0 to 1, was " + jitter);
    }
    delays = List.copyOf(delays);
  }

  /**
   * Delays one by one, such as {@code "5s 30s 2m 10m 30m 1h*24"}; after the last the effect is
   * given up.
   */
  public static Backoff schedule(String steps) {
    var delays = new ArrayList<Duration>();
    for (String step : steps.strip().split("\\s+", -1)) {
      Matcher matcher = STEP.matcher(step);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "'" + step + "' is no step of a schedule such as \"5s 30s 2m 1h*24\"");
      }
      int times = Optional.ofNullable(matcher.group(3)).map(Integer::parseInt).orElse(1);
      Duration delay = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
      for (int i = 0; i < times; i++) {
        delays.add(delay);
      }
    }
    return new Backoff(delays, false, 0.2, FOREVER);
  }

  /**
   * Delays that double from the first to the longest and then stay there; the whole delay is drawn
   * by lot.
   */
  public static Backoff exponential(Duration first, Duration longest) {
    var delays = new ArrayList<Duration>();
    Duration delay = first;
    while (delay.compareTo(longest) < 0) {
      delays.add(delay);
      delay = delay.multipliedBy(2);
    }
    delays.add(longest);
    return new Backoff(delays, true, 1.0, FOREVER);
  }

  public Backoff jitter(double share) {
    return new Backoff(delays, repeats, share, greatestAge);
  }

  public Backoff forAtMost(Duration age) {
    return new Backoff(delays, repeats, jitter, age);
  }

  /**
   * The delay before the next try; empty when there is none.
   *
   * @param failures how many tries have failed, at least 1
   * @param age since the effect was first tried
   * @param lot a number drawn from [0, 1)
   */
  public Optional<Duration> delay(int failures, Duration age, double lot) {
    boolean spent = failures > delays.size() && !repeats;
    if (spent || age.compareTo(greatestAge) > 0) {
      return Optional.empty();
    }
    Duration full = delays.get(Math.min(failures, delays.size()) - 1);
    return Optional.of(Duration.ofNanos((long) (full.toNanos() * (1 - jitter * lot))));
  }

  /** For people to read, such as {@code 5s 30s 1h*24, each up to 20 % less}. */
  String inWords() {
    var steps = new ArrayList<String>();
    int from = 0;
    while (from < delays.size()) {
      Duration delay = delays.get(from);
      int to = from;
      while (to < delays.size() && delays.get(to).equals(delay)) {
        to++;
      }
      steps.add(ConsumerDescription.text(delay) + (to - from > 1 ? "*" + (to - from) : ""));
      from = to;
    }
    return String.join(" ", steps)
        + (repeats ? " and so on" : "")
        + (jitter > 0 ? ", each up to %d %% less".formatted(Math.round(jitter * 100)) : "")
        + (greatestAge.compareTo(FOREVER) < 0
            ? "; for " + ConsumerDescription.text(greatestAge)
            : "");
  }

  private static Duration duration(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
