package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** A failed effect is tried again after about a second, then ever more rarely, for a day. */
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
          .forAtMost(Duration.ofHours(24));

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String name;
  private final List<Consumer<?>> consumers = new ArrayList<>();
  private Optional<String> input = Optional.empty();

  public Application(String name) {
    this.name = legal(name);
  }

  public String name() {
    return name;
  }

  /** Reads everything from this one topic, instead of from each type's own. */
  public Application reading(String topic) {
    input = Optional.of(topic);
    return this;
  }

  /** Begins to register a consumer; its {@code handle} ends it. */
  public Named consumer(String consumer) {
    if (consumers.stream().anyMatch(other -> other.name().equals(consumer))) {
      throw new IllegalArgumentException(
          "two consumers of "
              + name
              + " are called "
              + consumer
              + ": a name stands for one effect");
    }
    return new Named(legal(consumer));
  }

  List<Consumer<?>> consumers() {
    return List.copyOf(consumers);
  }

  Optional<String> input() {
    return input;
  }

  private static String legal(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name: letters, digits and '-', at most 64, a letter first");
    }
    return name;
  }

  /** A consumer that has a name and must be told what it follows from. */
  public final class Named {

    private final String consumer;

    private Named(String consumer) {
      this.consumer = consumer;
    }

    /** Follows from every event of this type or family of types. */
    public <E extends Event> Registration<E> on(Class<E> family) {
      return new Registration<>(consumer, family);
    }
  }

  /** A consumer that is being registered. */
  public final class Registration<E extends Event> {

    private final String consumer;
    private final Class<E> family;
    private Predicate<Received<E>> when = received -> true;
    private Function<Received<E>, String> lane = received -> received.envelope().aggregateId();
    private Backoff backoff = BACKOFF;
    private Duration timeout = TIMEOUT;

    private Registration(String consumer, Class<E> family) {
      this.consumer = consumer;
      this.family = family;
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

    /** When it is tried again after a failure, and when given up. */
    public Registration<E> retry(Backoff schedule) {
      backoff = schedule;
      return this;
    }

    /** After which a try is cut off and counts as failed; 60 s unless told. */
    public Registration<E> timeout(Duration limit) {
      timeout = limit;
      return this;
    }

    /** What carries the effect out; ends the registration. */
    public void handle(Handler<E> handler) {
      consumers.add(new Consumer<>(consumer, family, when, lane, backoff, timeout, handler));
    }
  }
}
