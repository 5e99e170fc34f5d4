package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.Schemas;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One attempt of one effect, from the look whether it is done already to the record that it is; of
 * a consumer whose rows guard themselves neither is made.
 *
 * <p>Phases: the look; the handler with its external call, outside any transaction; then one
 * transaction with the handler's rows, its events and the done record. A crash before the last one
 * repeats the call with the same idempotency key.
 */
final class Attempt implements Work<Ended> {

  /** Another attempt, or an event that came before, has carried it out. */
  static final Outcome DONE_BEFORE = Outcome.skipped("done before");

  private static final int MOST_ITEMS = 10_000;

  private final Consumer<?> consumer;
  private final Attempts shared;
  private final EffectKey key;
  private final PendingEffect pending;
  private final long number;
  private final Optional<Gatherer.Answer<Boolean>> look;
  private final Claim claim = new Claim();
  private final Passage passage;

  /**
   * One attempt.
   *
   * @param look whether the effect is recorded, if that was asked before
   */
  Attempt(
      Consumer<?> consumer,
      Attempts shared,
      EffectKey key,
      PendingEffect pending,
      long number,
      Optional<Gatherer.Answer<Boolean>> look) {
    this.consumer = consumer;
    this.shared = shared;
    this.key = key;
    this.pending = pending;
    this.number = number;
    this.look = look;
    this.passage = new Passage(shared);
  }

  EffectKey key() {
    return key;
  }

  PendingEffect pending() {
    return pending;
  }

  @Override
  public Claim claim() {
    return claim;
  }

  Consumer<?> consumer() {
    return consumer;
  }

  @Override
  public Duration timeout() {
    return consumer.patience().timeout();
  }

  @Override
  public Ended call() {
    try {
      Optional<Ended> before = endedBefore();
      return before.isPresent() ? before.get() : carryOut(consumer);
    } catch (EventLoopException e) {
      return Ended.dead(Death.LOOP, String.valueOf(e.getMessage()));
    } catch (FatalException e) {
      return Ended.dead(Death.THROWN, e.reason());
    } catch (Throwable e) {
      return Ended.with(Outcome.retry(Reasons.of(e)));
    }
  }

  @Override
  public Ended cutOff(String reason) {
    return Ended.with(Outcome.retry(reason));
  }

  @Override
  public boolean isThrough(Ended ended) {
    return ended.isThrough();
  }

  @Override
  public Returned ended(Ended ended, Instant startedAt, Duration took) {
    passage.tell(ended.carriedOut().<Outcome>map(Outcome::done).orElseGet(ended::outcome));
    return new Finished(this, ended, startedAt, took, Optional.empty());
  }

  /** How it ends without a call: it was carried out before. Nothing when there is one to make. */
  Optional<Ended> endedBefore() throws SQLException, InterruptedException {
    if (pending.carriedOut().isPresent()) {
      Outcome done = Outcome.done(pending.carriedOut().get());
      return Optional.of(recorded(done));
    }
    if (consumer.isRecorded(key) && isDone()) {
      return Optional.of(Ended.with(DONE_BEFORE));
    }
    // Items that were named before are looked at one by one.
    return consumer.namesItems(key)
        ? Optional.empty()
        : stale().map(reason -> Ended.dead(Death.STALE, reason));
  }

  private <E extends Event> Ended carryOut(Consumer<E> its) throws Exception {
    Effect<E> effect;
    try {
      effect = effect(its);
    } catch (JsonProcessingException e) {
      return unreadable();
    }
    return its.namesItems(key)
        ? items(its.items().orElseThrow(), effect.received())
        : handled(its, effect);
  }

  /** What the handler gets. */
  <E extends Event> Effect<E> effect(Consumer<E> its) throws JsonProcessingException {
    return new Effect<>(
        its.read(pending.envelope(), type()),
        pending.knownAs().orElse(key.consumer()),
        key.item(),
        pending.failures() + 1,
        number,
        pending.lastError(),
        pending.forcedBy());
  }

  Ended unreadable() {
    return Ended.dead(Death.INVALID, "VALIDATION_ERROR: " + faults(type()));
  }

  private boolean isDone() throws SQLException, InterruptedException {
    if (look.orElseGet(() -> shared.done().contains(pending.recordOf(key))).await()) {
      return true;
    }
    for (String former : consumer.formerNames()) {
      if (shared.done().contains(pending.recordOf(key.of(former))).await()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why it is too late for it; never for one whose rows guard themselves, nor for one that was done
   * and is to be repeated.
   */
  private Optional<String> stale() throws SQLException, InterruptedException {
    Optional<String> stale = consumer.idempotentByRow() ? Optional.empty() : pending.stale();
    return stale.isPresent() && pending.forcedBy().isPresent() && wasDone()
        ? Optional.empty()
        : stale;
  }

  private boolean wasDone() throws SQLException, InterruptedException {
    boolean wasDone = shared.done().contains(key).await();
    for (String former : consumer.formerNames()) {
      wasDone = wasDone || shared.done().contains(key.of(former)).await();
    }
    return wasDone;
  }

  private <E extends Event> Ended handled(Consumer<E> its, Effect<E> effect) throws Exception {
    Passage.Asked<E> asked = passage.ask(its, effect, key, 1);
    if (asked.held().isPresent()) {
      return asked.held().get();
    }
    return switch (itsOwn(() -> asked.handler().handle(effect))) {
      case Commit commit -> committed(commit);
      case Outcome outcome -> recorded(outcome);
    };
  }

  /** Names the items, or takes those that were named before. */
  private <E extends Event> Ended items(Items<E> its, Received<E> received) throws Exception {
    Optional<List<String>> before =
        shared.done().inTransaction(connection -> DoneRecords.items(connection, key));
    if (before.isPresent()) {
      return Ended.named(before.get());
    }
    Optional<String> stale = stale();
    if (stale.isPresent()) {
      return Ended.dead(Death.STALE, stale.get());
    }
    List<String> items = itsOwn(() -> its.of(received)).stream().distinct().toList();
    long blank = items.stream().filter(String::isBlank).count();
    if (items.size() > MOST_ITEMS || blank > 0) {
      return Ended.with(
          Outcome.dead(
              "each gave %d items, of which %d are blank: at most %d, none blank"
                  .formatted(items.size(), blank, MOST_ITEMS)));
    }
    return Ended.named(
        shared.done().inTransaction(connection -> DoneRecords.addItems(connection, key, items)));
  }

  /** As it can be kept: one that waits for what does not wake it never would be woken. */
  Outcome checked(Outcome outcome) {
    Optional<Outcome.Until> until =
        switch (outcome) {
          case Outcome.Parked parked -> Optional.of(parked.until());
          case Outcome.RetryAfter retry -> retry.sooner();
          case Outcome.Done _, Outcome.Skipped _, Outcome.Dead _ -> Optional.empty();
        };
    return until.isPresent() && consumer.awaited(until.get()).isEmpty()
        ? Outcome.dead(
            "it waits for %s, which does not wake it: register the consumer with wokenBy(%s.class), and redrive it (%s)"
                .formatted(
                    until.get().event().getSimpleName(),
                    until.get().event().getSimpleName(),
                    outcome.detail()))
        : outcome;
  }

  private EventType<?> type() {
    return Catalogue.find(pending.envelope().type()).orElseThrow();
  }

  private <T, X extends Exception> T itsOwn(FatalException.Its<T, X> work) throws X {
    return FatalException.orResult(consumer.patience(), work);
  }

  /**
   * What is wrong with the payload, told by its schema: a parser's own message would quote the
   * payload.
   */
  private String faults(EventType<?> type) {
    try {
      return Schemas.problems(type, Json.read(pending.envelope().payload())).stream()
          .map(Problem::toString)
          .collect(Collectors.joining("; ", "the payload is no " + type.name() + ": ", ""));
    } catch (JsonProcessingException e) {
      return "the payload is no JSON";
    }
  }

  private Ended recorded(Outcome outcome) throws InterruptedException {
    Outcome checked = checked(outcome);
    return recorded(
        checked,
        isRecorded(checked)
            ? Optional.of(shared.done().adding(records(checked)))
            : Optional.empty());
  }

  /** As what it is recorded; a repeat that is forced has a record of its own as well. */
  Map<EffectKey, Outcome> records(Outcome outcome) {
    return pending.forcedBy().isPresent()
        ? Map.of(key, outcome, pending.recordOf(key), outcome)
        : Map.of(key, outcome);
  }

  /** Whether this is to be recorded, as what is done is unless its rows say so. */
  boolean isRecorded(Outcome outcome) {
    return !consumer.idempotentByRow()
        && (outcome instanceof Outcome.Done || outcome instanceof Outcome.Skipped);
  }

  /**
   * Waits for the record. When that fails the call is not repeated for it: only the record is
   * attempted again.
   */
  Ended recorded(Outcome outcome, Optional<Gatherer.Answer<Boolean>> record)
      throws InterruptedException {
    try {
      if (record.isPresent()) {
        record.get().await();
      }
      return Ended.with(outcome);
    } catch (SQLException e) {
      return Ended.carriedOut(
          new Outcome.RetryAfter(
              Optional.empty(), "carried out, but not recorded: " + Reasons.of(e)),
          outcome.detail());
    }
  }

  private Ended committed(Commit commit) throws SQLException, InterruptedException {
    if (!claim.isWorkers()) {
      return Ended.with(Outcome.retry("too late to commit"));
    }
    // From here on only Postgres can fail, which says nothing of the destination.
    passage.answered();
    try {
      return Ended.with(shared.done().inTransaction(connection -> work(commit, connection)));
    } catch (NotDoneException e) {
      return recorded(e.outcome);
    }
  }

  private Outcome work(Commit commit, Connection connection) throws SQLException {
    if (!consumer.idempotentByRow() && !isFirst(connection)) {
      return DONE_BEFORE;
    }
    var transaction = new Transaction(connection, pending.envelope(), key.consumer());
    Outcome outcome = itsOwn(() -> commit.work().in(transaction));
    if (outcome instanceof Outcome.Done) {
      return outcome;
    }
    throw new NotDoneException(checked(outcome));
  }

  /** A repeat that is forced has a record of its own, beside that of what it repeats. */
  private boolean isFirst(Connection connection) throws SQLException {
    boolean isFirst = DoneRecords.add(connection, key, Outcome.done(""));
    return pending.forcedBy().isPresent()
        ? DoneRecords.add(connection, pending.recordOf(key), Outcome.done(""))
        : isFirst;
  }

  /** Rolls the transaction back and carries the outcome out of it. */
  private static final class NotDoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    NotDoneException(Outcome outcome) {
      super(outcome.detail());
      this.outcome = outcome;
    }
  }
}
