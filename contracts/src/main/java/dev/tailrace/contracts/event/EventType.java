package dev.tailrace.contracts.event;

import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A line of the catalogue: all that the pipeline knows of one type of event.
 *
 * @param name {@code domain:thing:verb}; lower case, parts of {@code [a-z0-9_-]} joined by {@code
 *     :} or {@code .}
 * @param payload the record that the payload is read as, and that its schema is made from
 * @param aggregateType what kind of thing the event is about
 * @param aggregateId which one; the Kafka key, so events of one aggregate stay in order
 * @param realtime whether browsers see it
 * @param retention how long its topic keeps it
 * @param redacted names of fields that never enter the payload, at whatever depth
 */
public record EventType<E extends Event>(
    String name,
    Class<E> payload,
    String aggregateType,
    Function<E, String> aggregateId,
    boolean realtime,
    Duration retention,
    Set<String> redacted) {

  /**
   * The grammar of type names. A procedure is called as its owner named it, and all of them share a
   * topic, so upper case is let through there.
   */
  public static final Pattern GRAMMAR =
      Pattern.compile(
          "[a-z0-9_-]+([:.][a-z0-9_-]+)+|rpc:[A-Za-z][A-Za-z0-9_-]*([.][A-Za-z][A-Za-z0-9_-]*)*");

  /** Lines of the catalogue that stand for all types of a shape; whoever emits one names it. */
  private static final String ANY = "*";

  static final Duration WEEK = Duration.ofDays(7);

  public EventType {
    if (!GRAMMAR.matcher(name.replace(ANY, "any")).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no event type: lower case parts of [a-z0-9_-] joined by ':' or '.'");
    }
    redacted = Set.copyOf(redacted);
  }

  static <E extends Event> EventType<E> of(
      String name, Class<E> payload, String aggregateType, Function<E, String> aggregateId) {
    return new EventType<>(name, payload, aggregateType, aggregateId, false, WEEK, Set.of());
  }

  EventType<E> toBrowsers() {
    return new EventType<>(name, payload, aggregateType, aggregateId, true, retention, redacted);
  }

  EventType<E> without(Set<String> fields) {
    return new EventType<>(name, payload, aggregateType, aggregateId, realtime, retention, fields);
  }

  /** Whether this is a line for all types of a shape, such as {@code rpc:*}, and no type itself. */
  public boolean isFamily() {
    return name.contains(ANY);
  }

  /** The type of this name, of a family. */
  EventType<E> named(String member) {
    return new EventType<>(
        member, payload, aggregateType, aggregateId, realtime, retention, redacted);
  }

  /** The catalogue's line that the type is on: its own name, or its family's. */
  String line() {
    return Catalogue.of(payload).name();
  }

  /**
   * The last part of its topic's name; a family that ends in {@code *} shares one.
   *
   * @throws IllegalStateException for a family each of whose types has a topic of its own
   */
  String topic() {
    String line = line();
    if (line.endsWith(":" + ANY)) {
      return Topics.segment(line.substring(0, line.length() - 2));
    }
    if (isFamily()) {
      throw new IllegalStateException("each type of " + name + " has a topic of its own");
    }
    return Topics.segment(name);
  }

  /** The name of the file that holds the payload's schema, under {@code schemas/}. */
  String schemaFile() {
    return Topics.segment(line()).replace(ANY, "any") + ".json";
  }

  String aggregateIdOf(Event event) {
    return aggregateId.apply(payload.cast(event));
  }
}
