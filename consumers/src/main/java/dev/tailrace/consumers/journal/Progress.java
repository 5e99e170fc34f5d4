package dev.tailrace.consumers.journal;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far behind the topics the journal is, and what keeps it from reading: told by gauges, by
 * topic, by a line when it has caught up, and by whether it is ready.
 */
final class Progress {

  private static final Logger log = LoggerFactory.getLogger(Progress.class);

  private final MeterRegistry registry;
  private final Clock clock;
  private final Duration limit;
  private final Map<String, Topic> topics = new ConcurrentHashMap<>();
  private volatile Optional<String> problem = Optional.of("starting");
  private volatile Optional<CatchingUp> catchingUp = Optional.empty();

  private record CatchingUp(Instant since, long records) {}

  /** Of one topic; written by the journal's thread. */
  private static final class Topic {

    private volatile long behind;
    private volatile Instant written;

    Topic(Instant since) {
      this.written = since;
    }

    /** How old the first record is that is not journaled, or rather the last one that is. */
    double seconds(Instant now) {
      return behind == 0 ? 0 : Math.max(0, Duration.between(written, now).toMillis() / 1_000.0);
    }
  }

  /**
   * @param limit behind by more than this the journal is not ready
   */
  Progress(MeterRegistry registry, Clock clock, Duration limit) {
    this.registry = registry;
    this.clock = clock;
    this.limit = limit;
  }

  /** Something went away; the journal tries again. */
  void waits(String reason) {
    problem = Optional.of(reason);
  }

  /** Another journal writes, and this one is ready to take over. */
  void standsBy() {
    problem = Optional.empty();
    catchingUp = Optional.empty();
    topics.values().forEach(topic -> topic.behind = 0);
  }

  /** It reads from where it was, and is behind until it knows better. */
  void begins() {
    problem = Optional.of("catching up");
    catchingUp = Optional.of(new CatchingUp(clock.instant(), 0));
  }

  /** What is written of each topic, and the time of the last record. */
  void written(Batch batch) {
    for (Entry entry : batch.entries()) {
      of(entry.place().topic()).written = entry.place().at();
    }
    catchingUp =
        catchingUp.map(until -> new CatchingUp(until.since(), until.records() + batch.size()));
  }

  /** How many records of each topic are not journaled yet. */
  void behind(Map<String, Long> records) {
    topics.keySet().retainAll(records.keySet());
    records.forEach((topic, behind) -> of(topic).behind = behind);
  }

  /** All that was in Kafka a moment ago is journaled. */
  void caughtUp() {
    problem = Optional.empty();
    catchingUp.ifPresent(
        until ->
            log.atInfo()
                .addKeyValue("records", until.records())
                .addKeyValue("millis", Duration.between(until.since(), clock.instant()).toMillis())
                .log("the journal has caught up"));
    catchingUp = Optional.empty();
  }

  /** What keeps it from being ready. */
  Optional<String> problem() {
    Instant now = clock.instant();
    double seconds = topics.values().stream().mapToDouble(it -> it.seconds(now)).max().orElse(0);
    long records = topics.values().stream().mapToLong(it -> it.behind).sum();
    boolean late = seconds * 1_000 > limit.toMillis();
    if (problem.isEmpty() && !late) {
      return Optional.empty();
    }
    return Optional.of(
        "%s; behind by %d records, %.0f s"
            .formatted(problem.orElse("reads and writes"), records, seconds));
  }

  private Topic of(String name) {
    return topics.computeIfAbsent(name, this::registered);
  }

  private Topic registered(String name) {
    gauge("tailrace.journal.behind", name, "records", topic -> (double) topic.behind);
    gauge("tailrace.journal.lag", name, "seconds", topic -> topic.seconds(clock.instant()));
    return new Topic(clock.instant());
  }

  private interface Reading {
    double of(Topic topic);
  }

  /** By its name: a topic that goes and comes again is another object. */
  private void gauge(String meter, String name, String unit, Reading reading) {
    Gauge.builder(meter, () -> value(name, reading))
        .description("what is in the topic and not journaled yet")
        .tag("topic", name)
        .baseUnit(unit)
        .register(registry);
  }

  private double value(String name, Reading reading) {
    Topic topic = topics.get(name);
    return topic == null ? 0 : reading.of(topic);
  }
}
