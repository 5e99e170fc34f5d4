package dev.tailrace.effects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs an application in a test: events are handed in without a Kafka, attempts run in the test's
 * own thread, and time passes when the test says so.
 *
 * <pre>{@code
 * try (var billing = EffectsDriver.of(application, database.dataSource(), state)) {
 *   billing.arrives(subscriptionOf("cus_1"));
 *   assertThat(billing.waiting("syncSubscription")).containsExactly("customer cus_1 is unknown here");
 *   account("org_1", "cus_1");
 *   billing.passes(Duration.ofSeconds(1));
 *   assertThat(billing.done("syncSubscription")).containsExactly("billing_account org_1 → active");
 * }
 * }</pre>
 *
 * <p>Lanes, tries, parking, dead letters and what is done are those of a running application. Of a
 * schedule's delays none is shortened by lot. It stands beside the runtime, whose insides it
 * drives; who uses it has {@code kafka-streams-test-utils} on the class path of his tests.
 */
public final class EffectsDriver implements AutoCloseable {

  private static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration TICK = Duration.ofMillis(10);
  private static final int CONCURRENCY = 16;

  private final TestClock clock = new TestClock();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Application application;
  private final Driven driven;
  private final Map<EffectId, Told> effects = new LinkedHashMap<>();
  private int events;

  private record EffectId(String consumer, String eventId, String item) {}

  /** What became of an effect last. */
  private record Told(String outcome, String detail) {}

  private EffectsDriver(Application application, DataSource database, Path state) {
    this.application = application;
    driven = new Driven(application, database, clock, state, meters, CONCURRENCY);
  }

  /**
   * Begins to run.
   *
   * @param database where the handlers' transactions and the record of what is done go; it is
   *     migrated
   * @param state an empty folder
   */
  public static EffectsDriver of(Application application, DataSource database, Path state) {
    application.check();
    return new EffectsDriver(application, database, state);
  }

  /** An event of {@code org_1} has just happened and comes. */
  public Envelope arrives(Event event) {
    return arrives(NewEvent.of("org_1", clock.instant(), event));
  }

  /** An event comes, as the relay would write it: with an id, and behind all that came before. */
  public Envelope arrives(NewEvent event) {
    Envelope envelope = written(event);
    arrives(envelope);
    return envelope;
  }

  /**
   * Events of {@code org_1} come before any of them is looked at: a consumer whose effects go in
   * batches may have them in one.
   */
  public void arriveTogether(Event... together) {
    driven.together(
        () -> {
          for (Event each : together) {
            pipe(written(NewEvent.of("org_1", clock.instant(), each)));
          }
        });
    passes(TICK);
  }

  private Envelope written(NewEvent event) {
    events++;
    return new Envelope(
        new UUID(0x0199_0000_0000_7000L, Long.MIN_VALUE | events),
        "%019d".formatted(events),
        event.type().name(),
        event.tenantId(),
        event.aggregateType(),
        event.aggregateId(),
        event.occurredAt(),
        event.origin(),
        event.payload());
  }

  /** This very event comes, perhaps once more. */
  public void arrives(Envelope envelope) {
    pipe(envelope);
    passes(TICK);
  }

  private void pipe(Envelope envelope) {
    EventType<?> type = Catalogue.find(envelope.type()).orElseThrow();
    pipe(driven.topics().events(type), envelope, headers(envelope));
  }

  /** This event comes by a replay, as a {@link Replayer} would copy it. */
  public void replays(Envelope envelope, Replay replay) {
    RecordHeaders headers = headers(envelope);
    ReplayHeaders.write(replay, headers);
    pipe(driven.topics().replay(application.name()), envelope, headers);
    passes(TICK);
  }

  private void pipe(String topic, Envelope envelope, RecordHeaders headers) {
    byte[] payload = bytes(envelope.payload());
    driven.pipe(topic, new TestRecord<>(envelope.aggregateId(), payload, headers, clock.instant()));
  }

  private static RecordHeaders headers(Envelope envelope) {
    var headers = new RecordHeaders();
    CloudEvents.write(envelope, "/tailrace/test", (name, value) -> headers.add(name, bytes(value)));
    return headers;
  }

  /** Time passes, and what is due then happens. */
  public void passes(Duration time) {
    clock.now = clock.now.plus(time);
    driven.passes(time);
    note();
  }

  /** The results of the consumer's effects that are done. */
  public List<String> done(String consumer) {
    return those("done", consumer);
  }

  /** Why the consumer's effects were skipped that were. */
  public List<String> skipped(String consumer) {
    return those("skipped", consumer);
  }

  /** Why the consumer's effects have failed that will be tried again. */
  public List<String> waiting(String consumer) {
    return those("retry", consumer);
  }

  /** Why the consumer's effects are parked that are. */
  public List<String> parked(String consumer) {
    return those("parked", consumer);
  }

  /** Why the consumer's effects were given up that were. */
  public List<String> dead(String consumer) {
    return those("dead", consumer);
  }

  /** How many effects are not settled, those included that wait behind others. */
  public int pending() {
    return meters.get("tailrace.effects.pending").gauges().stream()
        .mapToInt(consumer -> (int) consumer.value())
        .sum();
  }

  private List<String> those(String outcome, String consumer) {
    return effects.entrySet().stream()
        .filter(effect -> effect.getKey().consumer().equals(consumer))
        .filter(effect -> effect.getValue().outcome().equals(outcome))
        .map(effect -> effect.getValue().detail())
        .toList();
  }

  /** Of one that is given up the last attempt is told as one that failed, and then its death. */
  private void note() {
    for (TestRecord<String, byte[]> record : driven.read(driven.topics().attempts())) {
      JsonNode json = json(record.value());
      effects.put(
          new EffectId(text(json, "consumer"), text(json, "eventId"), text(json, "item")),
          new Told(text(json, "outcome"), text(json, "detail")));
    }
    for (TestRecord<String, byte[]> record :
        driven.read(driven.topics().dead(application.name()))) {
      DeadLetter.read(record.headers(), record.value())
          .ifPresent(
              letter ->
                  effects.put(
                      new EffectId(
                          letter.consumer(), letter.envelope().id().toString(), letter.item()),
                      new Told("dead", letter.reason())));
    }
  }

  private static JsonNode json(byte[] value) {
    try {
      return Json.read(new String(value, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driven.close();
  }

  /** Stands still until the driver moves it. */
  private static final class TestClock extends Clock {

    private volatile Instant now = BEGIN;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
