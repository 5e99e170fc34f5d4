package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The attempts of a batch's effects, in one call.
 *
 * <p>Phases: the looks, by which those that are done already, can't be read or need only be
 * recorded are left out; the call with all others, outside any transaction; then the done records.
 * A crash before the last one repeats the call, each effect under the same idempotency key.
 */
final class BatchAttempt<E extends Event> implements Work<BatchEnded> {

  private final Consumer<E> consumer;
  private final Attempts shared;
  private final BatchScope scope;
  private final List<Attempt> members;
  private final Claim claim = new Claim();
  private final Passage passage;
  private volatile Call call = new Call(Map.of(), Optional.empty());

  /**
   * What is known of the call, also to the deadline.
   *
   * @param apart those that are not in it, with how they have ended
   * @param key of the batch, once it is called and if it is of several
   */
  private record Call(Map<EffectKey, Ended> apart, Optional<String> key) {}

  BatchAttempt(Consumer<E> consumer, Attempts shared, BatchScope scope, List<Attempt> members) {
    this.consumer = consumer;
    this.shared = shared;
    this.scope = scope;
    this.members = List.copyOf(members);
    this.passage = new Passage(shared);
  }

  @Override
  public Claim claim() {
    return claim;
  }

  @Override
  public Duration timeout() {
    return consumer.patience().timeout();
  }

  @Override
  public BatchEnded call() {
    try {
      return carryOut();
    } catch (FatalException e) {
      return refused(e.reason());
    } catch (Throwable e) {
      return again(Outcome.retry(Reasons.of(e)));
    }
  }

  @Override
  public BatchEnded cutOff(String reason) {
    return again(Outcome.retry(reason));
  }

  @Override
  public boolean isThrough(BatchEnded result) {
    return false;
  }

  @Override
  public Returned ended(BatchEnded result, Instant startedAt, Duration took) {
    said(result).ifPresent(passage::tell);
    Call its = call;
    var each = new ArrayList<Finished>();
    for (int i = 0; i < members.size(); i++) {
      Attempt member = members.get(i);
      Optional<String> batch = its.apart().containsKey(member.key()) ? Optional.empty() : its.key();
      each.add(new Finished(member, result.each().get(i), startedAt, took, batch));
    }
    return new FinishedBatch(scope, each, result.next());
  }

  /**
   * What the call says of its destination: one that has answered for one of them works. Those that
   * were left out say nothing.
   */
  private Optional<Outcome> said(BatchEnded result) {
    if (result.next() instanceof BatchEnded.Next.InHalves) {
      return Optional.of(Outcome.dead(""));
    }
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < members.size(); i++) {
      if (!call.apart().containsKey(members.get(i).key())) {
        Ended ended = result.each().get(i);
        outcomes.add(ended.carriedOut().<Outcome>map(Outcome::done).orElseGet(ended::outcome));
      }
    }
    return outcomes.stream()
        .filter(outcome -> !Breakers.isFailure(outcome))
        .findFirst()
        .or(() -> outcomes.stream().findFirst());
  }

  private BatchEnded carryOut() throws Exception {
    var apart = new HashMap<EffectKey, Ended>();
    var effects = new LinkedHashMap<Attempt, Effect<E>>();
    for (Attempt member : members) {
      Optional<Ended> before = member.endedBefore();
      if (before.isPresent()) {
        apart.put(member.key(), before.get());
      } else {
        try {
          effects.put(member, member.effect(consumer));
        } catch (JsonProcessingException e) {
          apart.put(member.key(), member.unreadable());
        }
      }
    }
    call = new Call(Map.copyOf(apart), Optional.empty());
    return effects.isEmpty() ? alone(Map.of()) : carryOut(effects);
  }

  private BatchEnded carryOut(SequencedMap<Attempt, Effect<E>> effects) throws Exception {
    List<Attempt> called = List.copyOf(effects.keySet());
    var batch = Batch.of(List.copyOf(effects.values()));
    Optional<Ended> held =
        passage.ask(consumer, batch.effects().getFirst(), scope, called.size()).held();
    if (held.isPresent()) {
      return alone(called.stream().collect(Collectors.toMap(Attempt::key, member -> held.get())));
    }
    call =
        new Call(
            call.apart(),
            called.size() > 1 ? Optional.of(batch.idempotencyKey()) : Optional.empty());
    BatchHandler<E> handler = consumer.batching().orElseThrow().handler();
    return switch (FatalException.orResult(consumer.patience(), () -> handler.handle(batch))) {
      case Outcome.RetryAfter retry -> again(retry);
      case Outcome outcome -> recorded(called, Collections.nCopies(called.size(), outcome));
      case Refused refused -> refused(refused.reason());
      case Outcomes outcomes when outcomes.each().size() == called.size() ->
          recorded(called, outcomes.each());
      case Outcomes outcomes ->
          again(
              Outcome.retry(
                  "BUG: the handler answered %d outcomes for %d effects"
                      .formatted(outcomes.each().size(), called.size())));
    };
  }

  /** All records are written at once: after a crash none is there without those before it. */
  private BatchEnded recorded(List<Attempt> called, List<Outcome> outcomes)
      throws InterruptedException {
    var checked = new ArrayList<Outcome>();
    var recorded = new HashMap<EffectKey, Outcome>();
    for (int i = 0; i < called.size(); i++) {
      Attempt member = called.get(i);
      Outcome outcome = member.checked(outcomes.get(i));
      checked.add(outcome);
      if (member.isRecorded(outcome)) {
        recorded.putAll(member.records(outcome));
      }
    }
    Optional<Gatherer.Answer<Boolean>> record =
        recorded.isEmpty() ? Optional.empty() : Optional.of(shared.done().adding(recorded));
    var ended = new HashMap<EffectKey, Ended>();
    for (int i = 0; i < called.size(); i++) {
      Attempt member = called.get(i);
      ended.put(
          member.key(),
          member.recorded(
              checked.get(i), recorded.containsKey(member.key()) ? record : Optional.empty()));
    }
    return alone(ended);
  }

  /** Each goes its own way. */
  private BatchEnded alone(Map<EffectKey, Ended> called) {
    return ended(called, new BatchEnded.Next.Alone());
  }

  /** Those that were called are called again, as they were. */
  private BatchEnded again(Outcome retry) {
    Set<EffectKey> called = called();
    return ended(all(called, retry), new BatchEnded.Next.AsTheyWere(called));
  }

  private BatchEnded refused(String reason) {
    Set<EffectKey> called = called();
    if (called.size() == 1) {
      return alone(all(called, Outcome.dead(reason)));
    }
    var halves =
        Outcome.retry(
            "%d were refused together, and are tried in halves: %s"
                .formatted(called.size(), reason));
    return ended(all(called, halves), new BatchEnded.Next.InHalves(called));
  }

  private Set<EffectKey> called() {
    return members.stream()
        .map(Attempt::key)
        .filter(key -> !call.apart().containsKey(key))
        .collect(Collectors.toSet());
  }

  private static Map<EffectKey, Ended> all(Set<EffectKey> called, Outcome outcome) {
    return called.stream().collect(Collectors.toMap(key -> key, key -> Ended.with(outcome)));
  }

  private BatchEnded ended(Map<EffectKey, Ended> called, BatchEnded.Next next) {
    var all = new HashMap<>(call.apart());
    all.putAll(called);
    return new BatchEnded(
        members.stream()
            .map(member -> Optional.ofNullable(all.get(member.key())).orElseThrow())
            .toList(),
        next);
  }
}
