package dev.tailrace.effects;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.RpcCalled;
import dev.tailrace.contracts.service.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
    checkName(text, text);
  }

  void checkName(String consumer, String text) {
    faults.checkName(consumer, text);
  }

  void problem(String consumer, String text) {
    faults.add(consumer, text);
  }

  void wasCalled(String consumer, String former) {
    checkName(former);
    if (!allFormer.add(former)) {
      problem(consumer, "'%s' was the name of two: leave it to one".formatted(former));
    }
  }

  /** The Kafka key of events, as it was told. */
  Function<Envelope, String> keyOf() {
    return key;
  }

  /** Of two with one name either will do: that is told as a problem, and neither starts. */
  void register(Consumer<?> consumer) {
    consumers.putIfAbsent(consumer.name(), consumer);
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
      return new Registration<>(Application.this, consumer, following);
    }
  }
}
