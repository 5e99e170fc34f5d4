package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
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
import java.util.regex.Pattern;

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

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  private final String name;
  private final Map<String, Consumer<?>> consumers = new LinkedHashMap<>();
  private final Set<String> begun = new LinkedHashSet<>();
  private final Set<String> allFormer = new LinkedHashSet<>();
  private final List<Map.Entry<String, String>> problems = new ArrayList<>();
  private Optional<String> input = Optional.empty();

  public Application(String name) {
    this.name = name;
    checkName(name);
  }

  public String name() {
    return name;
  }

  /** Reads everything from this one topic, instead of from each type's own. */
  public Application reading(String topic) {
    input = Optional.of(topic);
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
    var all = new ArrayList<>(problems);
    for (String each : allFormer) {
      if (begun.contains(each)) {
        all.add(Map.entry(each, "is the former name of another consumer: rename this one"));
      }
    }
    for (String each : begun) {
      if (!consumers.containsKey(each)) {
        all.add(Map.entry(each, "was begun and has no handle(...), which ends a registration"));
      }
    }
    if (begun.isEmpty()) {
      all.add(Map.entry(name, "has no consumers: register one with consumer(...)"));
    }
    if (!all.isEmpty()) {
      throw new ConfigurationException(name, all);
    }
  }

  private void checkName(String text) {
    if (!NAME.matcher(text).matches()) {
      problem(
          text,
          "'%s' is no name: letters, digits and '-', at most 64, a letter first".formatted(text));
    }
  }

  private void problem(String consumer, String text) {
    problems.add(Map.entry(consumer, text));
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
    private Function<? super Received<E>, String> lane = Consumer.AGGREGATE;
    private Optional<Items<E>> items = Optional.empty();
    private Optional<Destination<E>> destination = Optional.empty();
    private Optional<Consumer.Limit<E>> limit = Optional.empty();
    private Patience patience = Patience.DEFAULT;
    private final List<Waking<?>> wakings = new ArrayList<>();
    private Optional<Handler<E>> onDead = Optional.empty();
    private final List<String> formerNames = new ArrayList<>();
    private boolean idempotentByRow;
    private boolean mayBeForced;

    private Registration(String consumer, Following<E> following) {
      this.consumer = consumer;
      this.following = following;
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
     * The scope of order and isolation, the aggregate unless told: a pure function of the event,
     * under which events of different Kafka keys never share a lane.
     */
    public Registration<E> laneWithin(Function<Received<E>, String> scope) {
      lane = scope;
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
      if (idempotentByRow && mayBeForced) {
        problem(
            consumer,
            "idempotentByRow and mayBeForced don't go together: a replay in the mode project repeats it anyway");
      }
      if (idempotentByRow && items.isPresent()) {
        problem(
            consumer,
            "idempotentByRow and each don't go together: the items are kept in effect_done");
      }
      // Of two with one name either will do: that is told as a problem, and neither starts.
      consumers.putIfAbsent(
          consumer,
          new Consumer<>(
              consumer,
              formerNames,
              following,
              when,
              lane,
              items,
              destination,
              limit,
              patience,
              wakings,
              handler,
              onDead,
              idempotentByRow,
              mayBeForced));
    }
  }
}
