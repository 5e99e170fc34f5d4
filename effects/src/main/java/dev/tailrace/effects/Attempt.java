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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * One attempt of one effect, from the look whether it is done already to the record that it is; of
 * a consumer whose rows guard themselves neither is made.
 *
 * <p>Phases: the look; the handler with its external call, outside any transaction; then one
 * transaction with the handler's rows, its events and the done record. A crash before the last one
 * repeats the call with the same idempotency key.
 */
final class Attempt implements Callable<Ended> {

  private static final int MOST_ITEMS = 10_000;

  private final Consumer<?> consumer;
  private final Attempts shared;
  private final EffectKey key;
  private final PendingEffect pending;
  private final long number;
  private final Optional<Gatherer.Answer<Boolean>> look;
  private final Claim claim = new Claim();

  /** Where it was sent, once it was. */
  private volatile Optional<String> destination = Optional.empty();

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
  }

  EffectKey key() {
    return key;
  }

  PendingEffect pending() {
    return pending;
  }

  Claim claim() {
    return claim;
  }

  Consumer<?> consumer() {
    return consumer;
  }

  /**
   * Never throws: whatever goes wrong is an outcome, an Error of the handler too, or its lane would
   * wait for ever.
   */
  @Override
  public Ended call() {
    try {
      return pending.carriedOut().isPresent()
          ? recorded(Outcome.done(pending.carriedOut().get()))
          : carryOut(consumer);
    } catch (EventLoopException e) {
      return Ended.with(Outcome.dead(String.valueOf(e.getMessage())));
    } catch (FatalException e) {
      return Ended.with(Outcome.dead(Reasons.of(e.thrown)));
    } catch (Throwable e) {
      return Ended.with(Outcome.retry(Reasons.of(e)));
    }
  }

  /** Tells what this says of its destination; whoever ends the attempt calls it, once. */
  void tell(Ended ended) {
    Outcome outcome = ended.carriedOut().<Outcome>map(Outcome::done).orElseGet(ended::outcome);
    destination.ifPresent(where -> shared.breakers().tell(where, outcome));
  }

  private <E extends Event> Ended carryOut(Consumer<E> its) throws Exception {
    if (its.isRecorded(key) && isDone(its)) {
      return Ended.with(Outcome.skipped("done before"));
    }
    Optional<String> stale = its.namesItems(key) ? Optional.empty() : stale(its);
    if (stale.isPresent()) {
      return Ended.with(Outcome.dead(stale.get()));
    }
    Received<E> received;
    try {
      received = its.read(pending.envelope(), type());
    } catch (JsonProcessingException e) {
      return Ended.with(Outcome.dead("VALIDATION_ERROR: " + faults(type())));
    }
    return its.namesItems(key)
        ? items(its.items().orElseThrow(), received)
        : handled(its, received);
  }

  private boolean isDone(Consumer<?> its) throws SQLException, InterruptedException {
    if (look.orElseGet(() -> shared.done().contains(pending.recordOf(key))).await()) {
      return true;
    }
    for (String former : its.formerNames()) {
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
  private Optional<String> stale(Consumer<?> its) throws SQLException, InterruptedException {
    Optional<String> stale = its.idempotentByRow() ? Optional.empty() : pending.stale();
    return stale.isPresent() && pending.forcedBy().isPresent() && wasDone(its)
        ? Optional.empty()
        : stale;
  }

  private boolean wasDone(Consumer<?> its) throws SQLException, InterruptedException {
    boolean wasDone = shared.done().contains(key).await();
    for (String former : its.formerNames()) {
      wasDone = wasDone || shared.done().contains(key.of(former)).await();
    }
    return wasDone;
  }

  private <E extends Event> Ended handled(Consumer<E> its, Received<E> received) throws Exception {
    var effect =
        new Effect<>(
            received,
            pending.knownAs().orElse(key.consumer()),
            key.item(),
            pending.failures() + 1,
            number,
            pending.lastError(),
            pending.forcedBy());
    Optional<Ended> held = held(its, effect);
    if (held.isPresent()) {
      return held.get();
    }
    return switch (itsOwn(() -> its.handler().handle(effect))) {
      case Outcome.Parked parked -> Ended.with(parked(parked));
      case Outcome outcome -> recorded(outcome);
      case Commit commit -> committed(commit);
    };
  }

  /**
   * What keeps it from going on, if anything does. Only who may send something there asks for a
   * permit, and only who has one is sent to find out whether it answers again.
   */
  private <E extends Event> Optional<Ended> held(Consumer<E> its, Effect<E> effect)
      throws Exception {
    Optional<String> where = Optional.empty();
    if (its.destination().isPresent()) {
      String named = itsOwn(() -> its.destination().get().of(effect));
      Optional<Instant> alone = shared.breakers().leftAloneUntil(named);
      if (alone.isPresent()) {
        return Optional.of(Ended.held(named, alone.get()));
      }
      where = Optional.of(named);
    }
    if (its.limit().isPresent()) {
      Consumer.Limit<E> limit = its.limit().get();
      String scope = itsOwn(() -> limit.scope().of(effect));
      Optional<Instant> turn = shared.rates().heldUntil(scope, limit.rate(), key);
      if (turn.isPresent()) {
        return Optional.of(Ended.overRate(scope, turn.get()));
      }
    }
    if (where.isPresent()) {
      Optional<Instant> alone = shared.breakers().heldUntil(where.get());
      if (alone.isPresent()) {
        return Optional.of(Ended.held(where.get(), alone.get()));
      }
    }
    destination = where;
    return Optional.empty();
  }

  /** Names the items, or takes those that were named before. */
  private <E extends Event> Ended items(Items<E> its, Received<E> received) throws Exception {
    Optional<List<String>> before =
        shared.done().inTransaction(connection -> DoneRecords.items(connection, key));
    if (before.isPresent()) {
      return Ended.named(before.get());
    }
    Optional<String> stale = stale(consumer);
    if (stale.isPresent()) {
      return Ended.with(Outcome.dead(stale.get()));
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

  private Outcome parked(Outcome.Parked parked) {
    return consumer.awaited(parked).isPresent()
        ? parked
        : Outcome.dead(
            "it waits for %s, which does not wake it: register the consumer with wokenBy(%s.class), and redrive it (%s)"
                .formatted(
                    parked.until().getSimpleName(),
                    parked.until().getSimpleName(),
                    parked.reason()));
  }

  private EventType<?> type() {
    return Catalogue.find(pending.envelope().type()).orElseThrow();
  }

  /** What the consumer brought. */
  @FunctionalInterface
  private interface Its<T, X extends Exception> {
    T run() throws X;
  }

  /** Runs what the consumer brought: only what that throws can be final. */
  private <T, X extends Exception> T itsOwn(Its<T, X> work) throws X {
    try {
      return work.run();
    } catch (Throwable e) {
      if (consumer.patience().isFatal(e)) {
        throw new FatalException(e);
      }
      throw e;
    }
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

  /**
   * Records what is done, unless its rows say so. When that fails the call is not repeated for it:
   * only the record is attempted again.
   */
  private Ended recorded(Outcome outcome) throws InterruptedException {
    if (consumer.idempotentByRow()
        || !(outcome instanceof Outcome.Done || outcome instanceof Outcome.Skipped)) {
      return Ended.with(outcome);
    }
    try {
      shared.done().add(key, outcome);
      if (pending.forcedBy().isPresent()) {
        shared.done().add(pending.recordOf(key), outcome);
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
    tell(Ended.with(Outcome.done("")));
    destination = Optional.empty();
    try {
      return Ended.with(shared.done().inTransaction(connection -> work(commit, connection)));
    } catch (NotDoneException e) {
      return recorded(e.outcome);
    }
  }

  private Outcome work(Commit commit, Connection connection) throws SQLException {
    if (!consumer.idempotentByRow() && !isFirst(connection)) {
      return Outcome.skipped("done before");
    }
    var transaction = new Transaction(connection, pending.envelope(), key.consumer());
    Outcome outcome = itsOwn(() -> commit.work().in(transaction));
    if (outcome instanceof Outcome.Done) {
      return outcome;
    }
    throw new NotDoneException(outcome instanceof Outcome.Parked p ? parked(p) : outcome);
  }

  /** A repeat that is forced has a record of its own, beside that of what it repeats. */
  private boolean isFirst(Connection connection) throws SQLException {
    boolean isFirst = DoneRecords.add(connection, key, Outcome.done(""));
    return pending.forcedBy().isPresent()
        ? DoneRecords.add(connection, pending.recordOf(key), Outcome.done(""))
        : isFirst;
  }

  /** What a consumer threw that it was registered with as final. */
  private static final class FatalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Throwable thrown;

    FatalException(Throwable thrown) {
      super(thrown);
      this.thrown = thrown;
    }
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
