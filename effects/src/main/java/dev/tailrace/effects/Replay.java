package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an operator asks an application to do with events of the past, and who asks.
 *
 * @param id up to 64 letters, digits, '-', '.' and '_'. Run again under the same id, a replay
 *     repeats nothing that it has forced before
 * @param by who asks
 * @param why for those who ask later
 * @param consumers for whom it is, by their names; for all when there are none
 * @param greatestAge what is not done, and whose event had happened longer ago when it was
 *     replayed, is a dead letter and not carried out; projections have no such bound
 */
public record Replay(
    String id,
    ReplayMode mode,
    String by,
    String why,
    Set<String> consumers,
    Duration greatestAge) {

  /** Older than this is stale, unless told. */
  public static final Duration ONE_DAY = Duration.ofDays(1);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern CONSUMER = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  /**
   * A replay.
   *
   * @throws IllegalArgumentException with all that is wrong with it
   */
  public Replay {
    consumers = Set.copyOf(consumers);
    var problems = new ArrayList<String>();
    if (!ID.matcher(id).matches()) {
      problems.add("id '%s': 1 to 64 letters, digits, '-', '.' and '_'".formatted(id));
    }
    if (by.isBlank()) {
      problems.add("by is blank: say who asks");
    }
    if (why.isBlank()) {
      problems.add("why is blank: say it for those who ask later");
    }
    if (by.length() + why.length() > Reasons.MAX_CHARACTERS) {
      problems.add("by and why stand in every record: at most 1000 characters together");
    }
    if (!greatestAge.isPositive()) {
      problems.add("the greatest age %s leaves nothing".formatted(greatestAge));
    }
    consumers.stream()
        .filter(name -> !CONSUMER.matcher(name).matches())
        .forEach(name -> problems.add("'%s' is no consumer's name".formatted(name)));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** A new one for all consumers that the mode allows, of what is not older than a day. */
  public static Replay of(ReplayMode mode, String by, String why) {
    return new Replay(UUID.randomUUID().toString(), mode, by, why, Set.of(), ONE_DAY);
  }

  /** For these alone. */
  public Replay forConsumers(String... names) {
    return new Replay(id, mode, by, why, Set.of(names), greatestAge);
  }

  /** With another bound than a day. */
  public Replay noOlderThan(Duration age) {
    return new Replay(id, mode, by, why, consumers, age);
  }

  /** Whether this consumer does anything about it. */
  boolean isFor(Consumer<?> consumer) {
    return (consumers.isEmpty() || isNamed(consumer)) && allows(consumer);
  }

  boolean isNamed(Consumer<?> consumer) {
    return consumers.contains(consumer.name())
        || consumer.formerNames().stream().anyMatch(consumers::contains);
  }

  boolean allows(Consumer<?> consumer) {
    return switch (mode) {
      case FILL -> !consumer.idempotentByRow();
      case PROJECT -> consumer.idempotentByRow();
      case FORCE -> consumer.mayBeForced();
    };
  }

  /** What an effect of this event remembers of it. */
  Replayed of(Envelope envelope, Instant replayedAt) {
    Duration age = Duration.between(envelope.occurredAt(), replayedAt);
    boolean isOlder = age.compareTo(greatestAge) > 0;
    return new Replayed(
        id, mode == ReplayMode.FORCE, isOlder ? Optional.of(greatestAge) : Optional.empty());
  }

  /** Those for whom it is, in the order of their registration. */
  List<Consumer<?>> among(List<Consumer<?>> registered) {
    return registered.stream().filter(this::isFor).toList();
  }
}
