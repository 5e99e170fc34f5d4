package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A consumer that is being registered. */
public final class Registration<E extends Event> {

  private final Application application;
  private final String consumer;
  private final Following<E> following;
  private Predicate<? super Received<E>> when = Consumer.EVERY;
  private final LaneChoice<E> lane;
  private Optional<Items<E>> items = Optional.empty();
  private Optional<Aiming<E>> aiming = Optional.empty();
  private Optional<Consumer.Limit<E>> limit = Optional.empty();
  private Patience patience = Patience.DEFAULT;
  private final List<Waking<?>> wakings = new ArrayList<>();
  private final List<Waking<?>> endings = new ArrayList<>();
  private Optional<Handler<E>> onDead = Optional.empty();
  private final List<String> formerNames = new ArrayList<>();
  private boolean idempotentByRow;
  private boolean inBatches;
  private boolean mayBeForced;

  Registration(Application application, String consumer, Following<E> following) {
    this.application = application;
    this.consumer = consumer;
    this.following = following;
    this.lane = new LaneChoice<>(this::problem);
  }

  private void problem(String text) {
    application.problem(consumer, text);
  }

  /**
   * What the consumer was called before: what is pending under that name goes on, under the same
   * idempotency keys, and what was done under it is not done again.
   */
  public Registration<E> formerly(String former) {
    application.wasCalled(consumer, former);
    formerNames.add(former);
    return this;
  }

  /** Only for events that pass; a pure function of the event. */
  public Registration<E> when(Predicate<Received<E>> test) {
    when = test;
    return this;
  }

  /**
   * The scope of order and isolation within a Kafka key, which is the aggregate unless {@link
   * Application#reading} tells another: all of the key unless told. A pure function of the event;
   * events of different Kafka keys never share a lane, whatever it answers.
   */
  public Registration<E> laneWithin(Function<Received<E>, String> scope) {
    lane.reaches(new Laning.Within<>(scope));
    return this;
  }

  /**
   * The scope of order and isolation, whatever the Kafka keys of its events: a pure function of the
   * event. Each effect goes through Kafka once more, to the task that has the lane; of events of
   * different keys those are in order that have arrived there.
   */
  public Registration<E> laneAcross(Function<Received<E>, String> scope) {
    lane.reaches(new Laning.Across<>(scope));
    return this;
  }

  /**
   * Its lanes are one with those of the same scope of all consumers that share them under this
   * name: one effect of theirs runs at a time, in the order of their events, and of one event in
   * the order in which the consumers are registered.
   */
  public Registration<E> sharing(String lanes) {
    application.checkName(consumer, lanes);
    lane.sharedAs(lanes);
    return this;
  }

  /** An effect is tried no sooner than so long after its event has come; its lane waits. */
  public Registration<E> delay(Duration wait) {
    if (wait.isNegative()) {
      problem("the delay %s is negative".formatted(wait));
    }
    patience = patience.withDelay(wait);
    return this;
  }

  /** When it is tried again after a failure, and when given up. */
  public Registration<E> retry(Backoff schedule) {
    patience = patience.withBackoff(schedule);
    return this;
  }

  /** What a handler throws that no further try would mend: the effect is dead at once. */
  @SafeVarargs
  public final Registration<E> deadOn(Class<? extends Throwable>... thrown) {
    var fatal = new ArrayList<>(patience.fatal());
    for (Class<? extends Throwable> each : thrown) {
      fatal.add(each);
    }
    patience = patience.withFatal(fatal);
    return this;
  }

  /** After which a try is cut off and counts as failed; 60 s unless told. */
  public Registration<E> timeout(Duration limit) {
    if (!limit.isPositive()) {
      problem("the timeout %s leaves no time for a try".formatted(limit));
    }
    patience = patience.withTimeout(limit);
    return this;
  }

  /**
   * One effect for each of these, in a lane of its own and with its own tries: {@link Effect#item}
   * tells which.
   */
  public Registration<E> each(Items<E> named) {
    items = Optional.of(named);
    return this;
  }

  /**
   * Where an effect goes. After five failures in a row there, of whatever effects, it is left alone
   * for a while and then tried by one; the others wait, which costs none of them a try.
   */
  public Registration<E> destination(Destination<E> where) {
    aiming = Optional.of(Aiming.to(where));
    return this;
  }

  /**
   * What an effect is aimed at is found out once before each try, and handed to its handler: a
   * machine with its address, say, which may be another the next time. Its {@link
   * AimedRegistration#handle} ends the registration.
   *
   * @param destination what is left alone when it does not answer, as {@link #destination} has it;
   *     empty when there is nothing to send anything to
   */
  public <D> AimedRegistration<E, D> aimedAt(
      Aim<E, D> aim, Function<D, Optional<String>> destination) {
    if (aiming.isPresent()) {
      problem("destination and aimedAt don't go together: aimedAt names the destination itself");
    }
    return new AimedRegistration<>(
        aim,
        destination,
        its -> {
          aiming = Optional.of(its);
          handle(Aiming.byItself());
        });
  }

  /**
   * An event after which one of its destinations is no more: nobody waits for that to answer any
   * longer, and what it has held back goes on at once, to wherever it goes then.
   *
   * @param destination that ends by the event; a pure function of it
   */
  public <W extends Event> Registration<E> destinationEndedBy(
      Class<W> family, Function<Received<W>, String> destination) {
    add(endings, family, destination, "which is to end a destination");
    return this;
  }

  /** Its effects are carried out no more often than that, by all instances together. */
  public Registration<E> rate(Rate most) {
    return rate(most, Effect::consumer);
  }

  /**
   * Effects of one scope, such as the provider's account, are carried out no more often than that,
   * by all consumers of the application that name it; each counts by its own consumer's rate. Who
   * has to wait for his turn holds his lane and loses no try.
   */
  public Registration<E> rate(Rate most, RateScope<E> scope) {
    limit = Optional.of(new Consumer.Limit<>(most, scope));
    return this;
  }

  /** An event of this type about the same aggregate wakes effects parked for it. */
  public <W extends Event> Registration<E> wokenBy(Class<W> family) {
    return wokenBy(family, received -> received.envelope().aggregateId());
  }

  /**
   * An event of this type wakes effects parked for it and this key of it; a pure function of the
   * event.
   */
  public <W extends Event> Registration<E> wokenBy(
      Class<W> family, Function<Received<W>, String> key) {
    add(wakings, family, key, "which is to wake it");
    return this;
  }

  private <W extends Event> void add(
      List<Waking<?>> to, Class<W> family, Function<Received<W>, String> key, String what) {
    Following<W> its = Following.of(List.of(family));
    if (its.lines().isEmpty()) {
      problem("no type of the catalogue is %s, %s: add its line there".formatted(its.text(), what));
    }
    to.add(new Waking<>(its, key));
  }

  /**
   * What follows when an effect is given up: an effect itself, with its own tries. {@link
   * Effect#lastError} is the reason.
   */
  public Registration<E> onDead(Handler<E> handler) {
    onDead = Optional.of(handler);
    return this;
  }

  /**
   * Nothing is looked up or recorded in {@code effect_done}, and an event that comes again, by a
   * replay or after a crash, is carried out again.
   *
   * <p>For a projection: all that its handler does is a {@link Commit} of rows that guard
   * themselves, such as an upsert that changes a row only to a greater {@code seq}. It costs one
   * transaction for each event, and the past is followed again by reading it again. An event may be
   * appended only where a row was changed. Never with an external call, which a repeat would make
   * once more, and not with {@link #each}, whose items are kept there.
   */
  public Registration<E> idempotentByRow() {
    idempotentByRow = true;
    return this;
  }

  /** As {@link #batchBy}, with all effects of the consumer in one scope. */
  public BatchRegistration<E> batchAll() {
    return batches(Batching.ALL);
  }

  /**
   * Effects for which the same is told go in batches, many in one call, whatever their lanes; a
   * pure function of the event. {@link #destination} and {@link #rate} ask the first of them.
   */
  public BatchRegistration<E> batchBy(Function<Received<E>, String> scope) {
    return batches(scope);
  }

  private BatchRegistration<E> batches(Function<? super Received<E>, String> scope) {
    inBatches = true;
    return new BatchRegistration<>(
        scope, this::problem, its -> register(Batching.notAlone(), Optional.of(its)));
  }

  /**
   * A replay in the mode {@link ReplayMode#FORCE} may repeat what is done, under idempotency keys
   * of its own. Never where an effect moves money.
   */
  public Registration<E> mayBeForced() {
    mayBeForced = true;
    return this;
  }

  /** What carries the effect out; ends the registration. */
  public void handle(Handler<E> handler) {
    if (inBatches) {
      problem("batchBy and handle don't go together: end it with handleBatch");
    }
    register(handler, Optional.empty());
  }

  private void register(Handler<E> handler, Optional<Batching<E>> batching) {
    if (!endings.isEmpty() && aiming.isEmpty()) {
      problem("destinationEndedBy without a destination: name one with destination or aimedAt");
    }
    if (idempotentByRow && mayBeForced) {
      problem(
          "idempotentByRow and mayBeForced don't go together: a replay in the mode project repeats it anyway");
    }
    if (idempotentByRow && items.isPresent()) {
      problem("idempotentByRow and each don't go together: the items are kept in effect_done");
    }
    if (idempotentByRow && batching.isPresent()) {
      problem("idempotentByRow and batchBy don't go together: a batch commits no rows");
    }
    application.register(
        new Consumer<>(
            consumer,
            formerNames,
            following,
            when,
            lane.laning(application::keyOf, application.consumers().size()),
            items,
            aiming,
            limit,
            patience,
            wakings,
            endings,
            handler,
            onDead,
            batching,
            idempotentByRow,
            mayBeForced));
  }
}
