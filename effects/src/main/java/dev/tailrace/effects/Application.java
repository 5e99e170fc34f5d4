package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.RpcCalled;
import dev.tailrace.contracts.service.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A consumer application: a name and the consumers registered with it.
 *
 * <pre>{@code
 * var billing = new Application("billing");
 * billing.consumer("syncSubscription")
 *     .on(SubscriptionChange.class)
 *     .retry(Backoff.schedule("5s 30s 2m 10m 30m 1h*24").jitter(0.2))
 *     .handle(effect -> new Commit(transaction -> accounts.apply(transaction, effect.event())));
 * }</pre>
 */
public final class Application {

  private final String name;
  private final Map<String, Consumer<?>> consumers = new LinkedHashMap<>();
  private final Set<String> begun = new LinkedHashSet<>();
  private final Set<String> allFormer = new LinkedHashSet<>();
  private final Faults faults = new Faults();
  private Optional<String> input = Optional.empty();
  private Function<Envelope, String> key = Laning.AGGREGATE;

  public Application(String name) {
    this.name = name;
    checkName(name);
  }

  public String name() {
    return name;
  }

  /**
   * Reads everything from this one topic, instead of from each type's own; it is keyed by aggregate
   * as they are.
   */
  public Application reading(String topic) {
    return reading(topic, Laning.AGGREGATE);
  }

  /**
   * Reads everything from this one topic, which is keyed otherwise.
   *
   * @param keyedBy the Kafka key of an event there; one that comes under another is a dead letter
   */
  public Application reading(String topic, Function<Envelope, String> keyedBy) {
    input = Optional.of(topic);
    key = keyedBy;
    return this;
  }

  /**
   * Begins to register a consumer; its {@code handle} ends it. What is wrong with it is told with
   * all else that is when the application starts.
   */
  public Named consumer(String consumer) {
    checkName(consumer);
    if (!begun.add(consumer)) {
      problem(consumer, "two consumers have this name, which stands for one effect: rename one");
    }
    return new Named(consumer);
  }

  /**
   * Tells what is registered, as it would run.
   *
   * @throws ConfigurationException when it can't be started
   */
  public List<ConsumerDescription> describe() {
    check();
    return consumers.values().stream().map(ConsumerDescription::of).toList();
  }

  List<Consumer<?>> consumers() {
    return List.copyOf(consumers.values());
  }

  Optional<String> input() {
    return input;
  }

  /**
   * Returns when it can be started.
   *
   * @throws ConfigurationException with every problem of every consumer
   */
  void check() {
    var all = new ArrayList<>(faults.all());
    for (String each : allFormer) {
      if (begun.contains(each)) {
        all.add(Map.entry(each, "is the former name of another consumer: rename this one"));
      }
    }
    for (String each : begun) {
      if (!consumers.containsKey(each)) {
        all.add(
            Map.entry(
                each,
                "was begun and has no handle(...) or handleBatch(...), which ends a registration"));
      }
    }
    all.addAll(Faults.ofSharing(consumers()));
    if (begun.isEmpty()) {
      all.add(Map.entry(name, "has no consumers: register one with consumer(...)"));
    }
    if (!all.isEmpty()) {
      throw new ConfigurationException(name, all);
    }
  }

  private void checkName(String text) {
    faults.checkName(text, text);
  }

  private void problem(String consumer, String text) {
    faults.add(consumer, text);
  }

  /** A consumer that has a name and must be told what it follows from. */
  public final class Named {

    private final String consumer;

    private Named(String consumer) {
      this.consumer = consumer;
    }

    /** Follows from every event of this type or family of types. */
    public <E extends Event> Registration<E> on(Class<E> family) {
      return on(Following.of(List.of(family)));
    }

    /** Follows from every event of one of these types or families of types. */
    @SafeVarargs
    public final <E extends Event> Registration<E> on(
        Class<? extends E> one, Class<? extends E> other, Class<? extends E>... more) {
      var families = new ArrayList<Class<? extends E>>(List.of(one, other));
      for (Class<? extends E> each : more) {
        families.add(each);
      }
      return on(Following.<E>of(families));
    }

    /** Follows from one type, such as {@code Catalogue.received("acme")}. */
    public <E extends Event> Registration<E> on(EventType<E> type) {
      return on(Following.of(type));
    }

    /** Follows from every call of a procedure, such as {@code integrations.connectSlack}. */
    public Registration<RpcCalled> onProcedure(String procedure) {
      return on(Following.of(Catalogue.rpc(procedure)));
    }

    /** Follows from every event whose type's name begins so, such as {@code stripe:}. */
    public Registration<Event> onPrefix(String prefix) {
      return on(Following.prefix(prefix));
    }

    private <E extends Event> Registration<E> on(Following<E> following) {
      if (following.lines().isEmpty()) {
        problem(
            consumer,
            "no type of the catalogue is %s: add its line there, or follow another"
                .formatted(following.text()));
      }
      return new Registration<>(consumer, following);
    }
  }

  /** A consumer that is being registered. */
  public final class Registration<E extends Event> {

    private final String consumer;
    private final Following<E> following;
    private Predicate<? super Received<E>> when = Consumer.EVERY;
    private final LaneChoice<E> lane;
    private Optional<Items<E>> items = Optional.empty();
    private Optional<Destination<E>> destination = Optional.empty();
    private Optional<Consumer.Limit<E>> limit = Optional.empty();
    private Patience patience = Patience.DEFAULT;
    private final List<Waking<?>> wakings = new ArrayList<>();
    private Optional<Handler<E>> onDead = Optional.empty();
    private final List<String> formerNames = new ArrayList<>();
    private boolean idempotentByRow;
    private boolean inBatches;

    private Registration(String consumer, Following<E> following) {
      this.consumer = consumer;
      this.following = following;
      this.lane = new LaneChoice<>(text -> problem(consumer, text));
    }

    /**
     * What the consumer was called before: what is pending under that name goes on, under the same
     * idempotency keys, and what was done under it is not done again.
     */
    public Registration<E> formerly(String former) {
      checkName(former);
      if (!allFormer.add(former)) {
        problem(consumer, "'%s' was the name of two: leave it to one".formatted(former));
      }
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
     * The scope of order and isolation, whatever the Kafka keys of its events: a pure function of
     * the event. Each effect goes through Kafka once more, to the task that has the lane; of events
     * of different keys those are in order that have arrived there.
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
      faults.checkName(consumer, lanes);
      lane.sharedAs(lanes);
      return this;
    }

    /** An effect is tried no sooner than so long after its event has come; its lane waits. */
    public Registration<E> delay(Duration wait) {
      if (wait.isNegative()) {
        problem(consumer, "the delay %s is negative".formatted(wait));
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
        problem(consumer, "the timeout %s leaves no time for a try".formatted(limit));
      }
      patience = patience.withTimeout(limit);
      return this;
    }

    /**
     * One effect for each of these, in a lane of its own and with its own tries: {@link
     * Effect#item} tells which.
     */
    public Registration<E> each(Items<E> named) {
      items = Optional.of(named);
      return this;
    }

    /**
     * Where an effect goes. After five failures in a row there, of whatever effects, it is left
     * alone for a while and then tried by one; the others wait, which costs none of them a try.
     */
    public Registration<E> destination(Destination<E> where) {
      destination = Optional.of(where);
      return this;
    }

    /** Its effects are carried out no more often than that, by all instances together. */
    public Registration<E> rate(Rate most) {
      return rate(most, Effect::consumer);
    }

    /**
     * Effects of one scope, such as the provider's account, are carried out no more often than
     * that, by all consumers of the application that name it; each counts by its own consumer's
     * rate. Who has to wait for his turn holds his lane and loses no try.
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
      Following<W> waking = Following.of(List.of(family));
      if (waking.lines().isEmpty()) {
        problem(
            consumer,
            "no type of the catalogue is %s, which is to wake it: add its line there"
                .formatted(waking.text()));
      }
      wakings.add(new Waking<>(waking, key));
      return this;
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
     * transaction for each event, and the past is followed again by reading it again. An event may
     * be appended only where a row was changed. Never with an external call, which a repeat would
     * make once more, and not with {@link #each}, whose items are kept there.
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
          scope,
          text -> problem(consumer, text),
          its -> register(Batching.notAlone(), Optional.of(its)));
    }

    /** What carries the effect out; ends the registration. */
    public void handle(Handler<E> handler) {
      if (inBatches) {
        problem(consumer, "batchBy and handle don't go together: end it with handleBatch");
      }
      register(handler, Optional.empty());
    }

    private void register(Handler<E> handler, Optional<Batching<E>> batching) {
      if (idempotentByRow && items.isPresent()) {
        problem(
            consumer,
            "idempotentByRow and each don't go together: the items are kept in effect_done");
      }
      if (idempotentByRow && batching.isPresent()) {
        problem(consumer, "idempotentByRow and batchBy don't go together: a batch commits no rows");
      }
      // Of two with one name either will do: that is told as a problem, and neither starts.
      consumers.putIfAbsent(
          consumer,
          new Consumer<>(
              consumer,
              formerNames,
              following,
              when,
              lane.laning(() -> key, consumers.size()),
              items,
              destination,
              limit,
              patience,
              wakings,
              handler,
              onDead,
              batching,
              idempotentByRow));
    }
  }
}
