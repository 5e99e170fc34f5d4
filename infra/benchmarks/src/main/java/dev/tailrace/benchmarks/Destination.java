package dev.tailrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands for whoever is called: it answers after a while, or never, where it is dead. The caller
 * waits meanwhile.
 */
final class Destination {

  /** After so long a caller no longer waits for one that is dead. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** A failed call is repeated after these, then given up. */
  static final List<Duration> BACKOFF = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));

  private final Duration answer;
  private final Tally tally;

  /**
   * @param answer after so long one that is well answers
   */
  Destination(Duration answer, Tally tally) {
    this.answer = answer;
    this.tally = tally;
  }

  /** How long somebody is held up who waits for a dead one until it is given up. */
  static Duration givenUpAfter() {
    return BACKOFF.stream()
        .reduce(TIMEOUT.multipliedBy(BACKOFF.size() + 1L), (sum, delay) -> sum.plus(delay));
  }

  /** Calls it for an event whose payload is to be read first. */
  void callWith(Envelope envelope)
      throws JsonProcessingException, TimeoutException, InterruptedException {
    Json.MAPPER.readValue(envelope.payload(), Captured.class);
    call(envelope);
  }

  /** Calls it for an event. */
  void call(Envelope envelope) throws TimeoutException, InterruptedException {
    long number = EventRecords.number(envelope.seq());
    tally.begun(number);
    if (envelope.aggregateId().startsWith(EffectLoad.DEAD)) {
      pause(TIMEOUT);
      throw new TimeoutException("no answer within " + TIMEOUT.toSeconds() + " s");
    }
    pause(answer);
    tally.completed(number, envelope.occurredAt());
  }

  /** Keeps the thread for so long. */
  static void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("while a call was under way");
      }
    }
  }
}
