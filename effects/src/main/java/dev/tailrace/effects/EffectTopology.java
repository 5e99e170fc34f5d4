package dev.tailrace.effects;

import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The shape of an application in Kafka Streams: its events and those that are replayed, the
 * processor with what is pending, attempts and dead letters.
 */
final class EffectTopology {

  /** A pending effect is its event and some bookkeeping: it must always fit the changelog. */
  private static final String MAX_RECORD_BYTES = Integer.toString(4 << 20);

  private static final String EFFECTS = "effects";

  private EffectTopology() {}

  /** The topics of events that the application reads; all must be there before it starts. */
  static List<String> inputs(Application application, Topics topics) {
    return application
        .input()
        .map(List::of)
        .orElseGet(
            () ->
                application.consumers().stream()
                    .flatMap(EffectTopology::followings)
                    .flatMap(following -> following.lines().stream())
                    .map(topics::events)
                    .distinct()
                    .sorted()
                    .toList());
  }

  private static Stream<Following<?>> followings(Consumer<?> consumer) {
    return Stream.concat(
        Stream.of(consumer.following()),
        Stream.concat(consumer.wakings().stream(), consumer.endings().stream())
            .map(Waking::following));
  }

  /**
   * How long what crosses to the task of its lane is kept: as long as its event; nothing when no
   * lane of the application goes across Kafka keys.
   */
  static Optional<Duration> keptAcross(Application application) {
    return application.consumers().stream()
        .filter(consumer -> consumer.laning().isAcross())
        .flatMap(consumer -> consumer.following().lines().stream())
        .<Duration>map(EventType::retention)
        .max(Duration::compareTo);
  }

  /**
   * The topology.
   *
   * @param hasAcross whether there is a topic of what crosses to other tasks
   */
  static Topology of(
      Application application,
      Topics topics,
      boolean hasAcross,
      ProcessorSupplier<String, byte[], String, byte[]> effects) {
    StoreBuilder<KeyValueStore<String, byte[]>> pending =
        store(EffectProcessor.PENDING)
            .withCachingEnabled()
            .withLoggingEnabled(Map.of("max.message.bytes", MAX_RECORD_BYTES));
    String name = application.name();
    var topology = new Topology();
    addSource(topology, "events", inputs(application, topics));
    addSource(topology, "wakes", List.of(topics.wakes(name)));
    addSource(topology, "commands", List.of(topics.commands(name)));
    addSource(topology, "replays", List.of(topics.replay(name)));
    var sources = new ArrayList<>(List.of("events", "wakes", "commands", "replays"));
    if (hasAcross) {
      addSource(topology, "across", List.of(topics.across(name)));
      sources.add("across");
    }
    topology
        .addProcessor(EFFECTS, effects, sources.toArray(String[]::new))
        .addStateStore(pending, EFFECTS)
        .addStateStore(store(EffectProcessor.PAUSED), EFFECTS)
        .addStateStore(store(EffectProcessor.LIVES), EFFECTS);
    addSink(topology, EffectProcessor.TO_ATTEMPTS, topics.attempts());
    addSink(topology, EffectProcessor.TO_DEAD, topics.dead(name));
    if (hasAcross) {
      addSink(topology, EffectProcessor.TO_ACROSS, topics.across(name));
    }
    return topology.addSink(
        EffectProcessor.TO_WAKES,
        topics.wakes(name),
        Serdes.String().serializer(),
        Serdes.ByteArray().serializer(),
        toOthers(),
        EFFECTS);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray());
  }

  private static void addSource(Topology topology, String name, List<String> topics) {
    topology.addSource(
        name,
        Serdes.String().deserializer(),
        Serdes.ByteArray().deserializer(),
        topics.toArray(String[]::new));
  }

  /** By their keys, as Kafka does. */
  private static void addSink(Topology topology, String name, String topic) {
    topology.addSink(
        name, topic, Serdes.String().serializer(), Serdes.ByteArray().serializer(), EFFECTS);
  }

  private static StreamPartitioner<String, byte[]> toOthers() {
    return (topic, key, value, partitions) -> Output.othersThan(value, partitions);
  }
}
