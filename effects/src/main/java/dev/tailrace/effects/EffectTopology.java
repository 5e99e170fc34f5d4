package dev.tailrace.effects;

import dev.tailrace.contracts.event.Topics;
import java.util.List;
import java.util.Map;
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
        Stream.of(consumer.following()), consumer.wakings().stream().map(Waking::following));
  }

  static Topology of(
      Application application,
      Topics topics,
      ProcessorSupplier<String, byte[], String, byte[]> effects) {
    StoreBuilder<KeyValueStore<String, byte[]>> pending =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(EffectProcessor.PENDING),
                Serdes.String(),
                Serdes.ByteArray())
            .withCachingEnabled()
            .withLoggingEnabled(Map.of("max.message.bytes", MAX_RECORD_BYTES));
    StoreBuilder<KeyValueStore<String, byte[]>> paused =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(EffectProcessor.PAUSED),
            Serdes.String(),
            Serdes.ByteArray());
    StoreBuilder<KeyValueStore<String, byte[]>> lives =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(EffectProcessor.LIVES),
            Serdes.String(),
            Serdes.ByteArray());
    var strings = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource(
            "events",
            strings.deserializer(),
            bytes.deserializer(),
            inputs(application, topics).toArray(String[]::new))
        .addSource(
            "wakes", strings.deserializer(), bytes.deserializer(), topics.wakes(application.name()))
        .addSource(
            "commands",
            strings.deserializer(),
            bytes.deserializer(),
            topics.commands(application.name()))
        .addSource(
            "replays",
            strings.deserializer(),
            bytes.deserializer(),
            topics.replay(application.name()))
        .addProcessor("effects", effects, "events", "wakes", "commands", "replays")
        .addStateStore(pending, "effects")
        .addStateStore(paused, "effects")
        .addStateStore(lives, "effects")
        .addSink(
            EffectProcessor.TO_ATTEMPTS,
            topics.attempts(),
            strings.serializer(),
            bytes.serializer(),
            "effects")
        .addSink(
            EffectProcessor.TO_DEAD,
            topics.dead(application.name()),
            strings.serializer(),
            bytes.serializer(),
            "effects")
        .addSink(
            EffectProcessor.TO_WAKES,
            topics.wakes(application.name()),
            strings.serializer(),
            bytes.serializer(),
            toOthers(),
            "effects");
  }

  private static StreamPartitioner<String, byte[]> toOthers() {
    return (topic, key, value, partitions) -> Output.othersThan(value, partitions);
  }
}
