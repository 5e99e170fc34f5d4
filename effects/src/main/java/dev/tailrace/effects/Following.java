package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a consumer follows from.
 *
 * @param text for people to read
 * @param families the records, or families of records, that its events are read as
 * @param lines of the catalogue, whose topics are read
 * @param named whether a type of these families is meant
 */
record Following<E extends Event>(
    String text,
    List<Class<? extends E>> families,
    List<EventType<?>> lines,
    Predicate<String> named) {

  Following {
    families = List.copyOf(families);
    lines = List.copyOf(lines);
  }

  /** Every type of one of these. */
  static <E extends Event> Following<E> of(List<Class<? extends E>> families) {
    return new Following<>(
        families.stream().map(Class::getSimpleName).collect(Collectors.joining(", ")),
        families,
        families.stream()
            .<EventType<?>>flatMap(family -> Catalogue.family(family).stream())
            .distinct()
            .toList(),
        name -> true);
  }

  /** One type. */
  static <E extends Event> Following<E> of(EventType<E> type) {
    return new Following<>(
        type.name(), List.of(type.payload()), List.of(type), type.name()::equals);
  }

  /** Every type whose name begins so. */
  static Following<Event> prefix(String prefix) {
    return new Following<>(
        prefix + "*",
        List.of(Event.class),
        Catalogue.withTopics().stream()
            .filter(line -> mayBegin(line, prefix))
            .<EventType<?>>map(line -> line)
            .toList(),
        name -> name.startsWith(prefix));
  }

  /** Of a line that stands for many types only the beginning is known. */
  private static boolean mayBegin(EventType<?> line, String prefix) {
    String known = line.name().replaceFirst("\\*.*", "");
    return known.startsWith(prefix) || (line.isFamily() && prefix.startsWith(known));
  }

  /** The event of this envelope, typed. */
  Received<E> read(Envelope envelope, EventType<?> type) throws JsonProcessingException {
    E event = Json.MAPPER.readValue(envelope.payload(), payload(type));
    if (event == null) {
      throw new JsonParseException(null, "null is no " + type.name());
    }
    return new Received<>(envelope, event);
  }

  boolean follows(EventType<?> type) {
    return named.test(type.name())
        && families.stream().anyMatch(family -> family.isAssignableFrom(type.payload()));
  }

  /** What the payload of a type that is followed is read as. */
  private Class<? extends E> payload(EventType<?> type) {
    return families.stream()
        .filter(family -> family.isAssignableFrom(type.payload()))
        .findFirst()
        .<Class<? extends E>>map(family -> type.payload().asSubclass(family))
        .orElseThrow();
  }
}
