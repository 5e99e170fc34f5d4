package dev.tailrace.benchmarks;

import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The events that an entry is given. */
@FunctionalInterface
interface EffectRecords {

  /**
   * One of them.
   *
   * @param number which it is, with its phase
   * @param appended the time from which it is timed
   */
  ProducerRecord<byte[], byte[]> of(long number, String lane, Instant appended);
}
