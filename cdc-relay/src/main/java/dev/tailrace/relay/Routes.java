package dev.tailrace.relay;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds where a row's event goes; for one thread. */
final class Routes {

  /** What there is no line for is kept for as long as most are. */
  private static final Duration UNCATALOGUED_RETENTION = Duration.ofDays(7);

  /** There is no end to the types that others name: beyond this they are worked out anew. */
  private static final int MOST_REMEMBERED = 10_000;

  /** Kafka takes no longer name. */
  private static final int TOPIC_LENGTH = 249;

  private final Topics topics;
  private final boolean unknownTypes;
  private final Set<String> catalogued;
  private final Map<String, Optional<Route>> found = new HashMap<>();

  /**
   * @param unknownTypes whether a type that the catalogue does not have gets a topic
   */
  Routes(Topics topics, boolean unknownTypes) {
    this.topics = topics;
    this.unknownTypes = unknownTypes;
    this.catalogued =
        Catalogue.withTopics().stream().map(topics::events).collect(Collectors.toSet());
  }

  /** Those whose topics are made before anything is sent. */
  static List<Route> catalogued(Topics topics) {
    return Catalogue.withTopics().stream().map(type -> route(topics, type, false)).toList();
  }

  /** Nothing when the type has none. */
  Optional<Route> find(String type) {
    Optional<Route> known = found.get(type);
    if (known == null) {
      known = workOut(type);
      if (found.size() < MOST_REMEMBERED) {
        found.put(type, known);
      }
    }
    return known;
  }

  private Optional<Route> workOut(String type) {
    Optional<EventType<?>> line = Catalogue.find(type);
    if (line.isPresent()) {
      boolean onDemand = !catalogued.contains(topics.events(line.get()));
      return Optional.of(route(topics, line.get(), onDemand));
    }
    return unknownTypes ? uncatalogued(type) : Optional.empty();
  }

  private Optional<Route> uncatalogued(String type) {
    String topic = topics.uncatalogued(type);
    boolean isLegal =
        EventType.GRAMMAR.matcher(type).matches()
            && topic.length() <= TOPIC_LENGTH
            && !catalogued.contains(topic);
    return isLegal
        ? Optional.of(new Route(topic, false, UNCATALOGUED_RETENTION, true))
        : Optional.empty();
  }

  private static Route route(Topics topics, EventType<?> type, boolean onDemand) {
    return new Route(topics.events(type), type.realtime(), type.retention(), onDemand);
  }
}
