package dev.tailrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Stands for whoever is called: it answers after a while, or never, where it is dead. */
final class PretendedDestination implements Destination {

  private final Duration answer;
  private final Tally tally;

  /**
   * @param answer after so long one that is well answers
   */
  PretendedDestination(Duration answer, Tally tally) {
    this.answer = answer;
    this.tally = tally;
  }

  @Override
  public EventType<?> follows() {
    return Kind.BACKLOG.type();
  }

  @Override
  public void callWith(Envelope envelope)
      throws JsonProcessingException, TimeoutException, InterruptedException {
    Json.MAPPER.readValue(envelope.payload(), Captured.class);
    call(envelope);
  }

  @Override
  public void call(Envelope envelope) throws TimeoutException, InterruptedException {
    long number = EventRecords.number(envelope.seq());
    tally.begun(number);
    if (envelope.aggregateId().startsWith(EffectLoad.DEAD)) {
      Destination.pause(TIMEOUT);
      throw new TimeoutException("no answer within " + TIMEOUT.toSeconds() + " s");
    }
    Destination.pause(answer);
    tally.completed(number, envelope.occurredAt());
  }
}
