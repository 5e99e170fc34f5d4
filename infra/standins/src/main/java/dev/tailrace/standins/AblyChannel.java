package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * One channel: its rate, the ids of the last two minutes, the newest messages within a bound, and
 * who watches.
 */
final class AblyChannel {

  private static final int RATE_PER_SECOND = 50;
  private static final Duration IDS_KEPT = Duration.ofMinutes(2);
  private static final int MESSAGES_KEPT = 10_000;
  private static final long BYTES_KEPT = 32L * 1024 * 1024;

  private final Clock clock;
  private final BooleanSupplier unlimited;
  private final RateLimit rate;
  private final Map<String, Instant> recentIds = new LinkedHashMap<>();
  private final Deque<AblyMessage> messages = new ArrayDeque<>();
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private long bytes;
  private long delivered;

  AblyChannel(Clock clock, BooleanSupplier unlimited) {
    this.clock = clock;
    this.unlimited = unlimited;
    this.rate = new RateLimit(clock, RATE_PER_SECOND);
  }

  /** What came of a publish. */
  sealed interface Outcome {

    /**
     * Taken; what was published before under the same id within two minutes isn't delivered again.
     */
    record Accepted(String messageId) implements Outcome {}

    /** Refused as a whole. */
    record Refused(AblyProblem problem) implements Outcome {}
  }

  synchronized Outcome publish(List<AblyDraft> drafts) {
    if (!unlimited.getAsBoolean() && !rate.take(drafts.size())) {
      return new Outcome.Refused(
          new AblyProblem(
              429,
              42913,
              "Rate limit exceeded; request rejected (nonfatal); metric = channel.maxRate; permitted rate = "
                  + RATE_PER_SECOND));
    }
    Instant now = clock.instant();
    forgetIdsBefore(now.minus(IDS_KEPT));
    String base = UUID.randomUUID().toString();
    for (int i = 0; i < drafts.size(); i++) {
      AblyDraft draft = drafts.get(i);
      Optional<String> given = draft.id();
      if (given.isEmpty() || recentIds.putIfAbsent(given.get(), now) == null) {
        deliver(draft.at(now, given.orElse(base + ":" + i)));
      }
    }
    String first = drafts.getFirst().id().orElse(base + ":0");
    return new Outcome.Accepted(
        drafts.size() == 1 ? first : first.substring(0, first.length() - 2));
  }

  /** The kept messages, the oldest first. */
  synchronized List<AblyMessage> messages() {
    return List.copyOf(messages);
  }

  /** How many messages were ever delivered, kept or not. */
  synchronized long delivered() {
    return delivered;
  }

  Subscriber subscribe() {
    Subscriber[] self = new Subscriber[1];
    self[0] = new Subscriber(() -> subscribers.remove(self[0]));
    subscribers.add(self[0]);
    return self[0];
  }

  private void deliver(AblyMessage message) {
    messages.addLast(message);
    bytes += message.bytes();
    delivered++;
    while (messages.size() > MESSAGES_KEPT || bytes > BYTES_KEPT) {
      bytes -= messages.removeFirst().bytes();
    }
    String json = subscribers.isEmpty() ? "" : Json.write(message.json());
    subscribers.forEach(subscriber -> subscriber.offer(json));
  }

  private void forgetIdsBefore(Instant oldest) {
    Iterator<Instant> oldestFirst = recentIds.values().iterator();
    while (oldestFirst.hasNext() && !oldestFirst.next().isAfter(oldest)) {
      oldestFirst.remove();
    }
  }
}
