package dev.tailrace.benchmarks;

import dev.tailrace.contracts.event.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/** (b) A plain Kafka Streams processor that makes the call while it processes its record. */
final class InlineMain {

  private InlineMain() {}

  /** Runs until it is ended. */
  public static void main(String[] arguments) throws IOException {
    var seat = Seat.of(arguments);
    var keys = Serdes.String();
    var values = Serdes.ByteArray();
    var topology =
        new Topology()
            .addSource("events", keys.deserializer(), values.deserializer(), seat.topic())
            .addProcessor("calls", () -> calls(seat.destination()), "events");
    try (var streams = new KafkaStreams(topology, settings(seat))) {
      streams.start();
      seat.tell(() -> !streams.state().hasStartedOrFinishedShuttingDown());
    }
  }

  private static Processor<String, byte[], Void, Void> calls(Destination destination) {
    return (Record<String, byte[]> record) -> {
      Envelope envelope = EventRecords.read(record.headers(), record.value());
      try {
        callUntilGivenUp(destination, envelope);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static void callUntilGivenUp(Destination destination, Envelope envelope)
      throws Exception {
    Iterator<Duration> delays = Destination.BACKOFF.iterator();
    while (true) {
      try {
        destination.callWith(envelope);
        return;
      } catch (TimeoutException e) {
        if (!delays.hasNext()) {
          return;
        }
        Destination.pause(delays.next());
      }
    }
  }

  private static Properties settings(Seat seat) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, seat.effects().topics().prefix() + "inline");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, seat.effects().bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, seat.effects().stateDirectory().toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, seat.effects().threads());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    return settings;
  }
}
