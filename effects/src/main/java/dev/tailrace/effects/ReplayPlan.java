package dev.tailrace.effects;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a replay would do, as of now.
 *
 * @param events how many would be copied
 * @param counts the same by type and tenant
 * @param noEvents records of the input that are none, and are left out
 * @param isCutOff whether Kafka may hold no longer all that was asked for
 * @param duration at the rate that was asked for
 * @param samples the ids of the first few
 * @param effects what would become of them, by consumer
 */
public record ReplayPlan(
    long events,
    List<Count> counts,
    long noEvents,
    boolean isCutOff,
    Duration duration,
    List<UUID> samples,
    List<Effects> effects) {

  public ReplayPlan {
    counts = List.copyOf(counts);
    samples = List.copyOf(samples);
    effects = List.copyOf(effects);
  }

  /**
   * Events of one type and tenant.
   *
   * @param tenant empty for all beyond the first 10 000 pairs of type and tenant
   * @param first when the first was committed
   * @param last when the last was
   */
  public record Count(
      String type, Optional<String> tenant, long events, Instant first, Instant last) {

    Count plus(Count other) {
      return new Count(
          type,
          tenant,
          events + other.events,
          first.isBefore(other.first) ? first : other.first,
          last.isAfter(other.last) ? last : other.last);
    }
  }

  /**
   * Effects of one consumer. What is pending is among those that would be handled, and is not
   * doubled.
   *
   * @param done already, and left alone
   * @param stale not done, and too old: they would be dead letters
   * @param handled would be carried out
   */
  public record Effects(String consumer, long done, long stale, long handled) {

    Effects plus(Effects other) {
      return new Effects(consumer, done + other.done, stale + other.stale, handled + other.handled);
    }
  }
}
