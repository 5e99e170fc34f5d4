package dev.tailrace.contracts.event;

/**
 * The names of the topics.
 *
 * @param prefix put before every name, for two installations on one cluster; empty by default
 */
public record Topics(String prefix) {

  /**
   * Every event topic has as many, so that an aggregate lands on the same partition number
   * everywhere.
   */
  public static final int DEFAULT_PARTITIONS = 12;

  /** The topic of a type's events. */
  public String events(EventType<?> type) {
    return prefix + "events." + type.topic();
  }

  /** The topic of a type that the catalogue does not have. */
  public String uncatalogued(String type) {
    return prefix + "events." + segment(type);
  }

  /**
   * Every realtime event once more, keyed by tenant, so that a tenant's channel keeps commit order
   * across types.
   */
  public String realtimeOutbox() {
    return prefix + "realtime.outbox";
  }

  /** Where the relay keeps how far it is. */
  public String relayPositions() {
    return prefix + "relay.positions";
  }

  /** What Kafka did not take, with the reason: the stream went on without it. */
  public String relayQuarantine() {
    return prefix + "relay.quarantine";
  }

  /** Every attempt of every effect, with its outcome. */
  public String attempts() {
    return prefix + "effects.attempts";
  }

  /** What an application gave up, with the reason. */
  public String dead(String application) {
    return prefix + "effects.dead." + application;
  }

  /** What operators ask of an application's effects. */
  public String commands(String application) {
    return prefix + "effects.commands." + application;
  }

  /** What parked effects of an application wait for, told by each of its tasks to all others. */
  public String wakes(String application) {
    return prefix + "effects.wake." + application;
  }

  /** Effects of an application on their way to the task that has their lane, keyed by the lane. */
  public String across(String application) {
    return prefix + "effects.across." + application;
  }

  /** Events of the past that an application is to follow once more. */
  public String replay(String application) {
    return prefix + "replay." + application;
  }

  /**
   * A type's name as part of a topic's: Kafka has no {@code :}, and {@code _} collides with {@code
   * .} in its metrics.
   */
  static String segment(String type) {
    return type.replace(':', '.').replace('_', '-');
  }
}
