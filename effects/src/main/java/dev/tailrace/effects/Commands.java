package dev.tailrace.effects;

import dev.tailrace.contracts.event.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends commands to a running application, or to one that runs later: each of its tasks reads them
 * in the order in which they were sent.
 */
public final class Commands {

  private final Producer<String, byte[]> producer;
  private final String topic;

  /**
   * @param producer stays its owner's
   */
  public Commands(Producer<String, byte[]> producer, Topics topics, String application) {
    this.producer = producer;
    this.topic = topics.commands(application);
  }

  /**
   * Answers when Kafka has it: for every task, but for a redrive or a discard, which is for one. A
   * repeat does no harm, except that a dead letter that is redriven twice is carried out twice,
   * with the same idempotency key.
   *
   * @throws ExecutionException when Kafka did not take it, or not all of it
   */
  public void send(Command command) throws ExecutionException, InterruptedException {
    byte[] value = CommandRecord.bytes(command);
    var sent = new ArrayList<Future<RecordMetadata>>();
    for (int partition : partitions(command)) {
      sent.add(producer.send(new ProducerRecord<>(topic, partition, "", value)));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
  }

  private List<Integer> partitions(Command command) {
    return switch (command) {
      case Command.Redrive redrive -> List.of(redrive.letter().partition());
      case Command.Discard discard -> List.of(discard.letter().partition());
      case Command.Pause _, Command.Resume _, Command.RetryNow _, Command.Cancel _ ->
          IntStream.range(0, producer.partitionsFor(topic).size()).boxed().toList();
    };
  }
}
