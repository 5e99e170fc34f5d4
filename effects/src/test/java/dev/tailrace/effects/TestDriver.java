package dev.tailrace.effects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.testkit.SettableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** An application in Streams' test driver, its attempts run in the caller's thread. */
final class TestDriver implements AutoCloseable {

  private final Application application;
  private final SettableClock clock;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Driven driven;
  private final Topics topics;

  TestDriver(Application application, DataSource database, SettableClock clock, Path state) {
    this.application = application;
    this.clock = clock;
    this.driven = new Driven(application, database, clock, state, meters, 1);
    this.topics = driven.topics();
  }

  void arrives(Envelope envelope) {
    pipe(envelope);
    passes(Duration.ofMillis(10));
  }

  /** The second comes when the first was looked at, and what came of that is not recorded yet. */
  void arriveTogether(Envelope one, Envelope other) {
    pipe(one);
    arrives(other);
  }

  /** All are there before the first is looked at. */
  void arriveAtOnce(Envelope... envelopes) {
    driven.together(() -> arriveAll(List.of(envelopes)));
    passes(Duration.ofMillis(10));
  }

  void arrives(TestRecord<String, byte[]> record) {
    pipe(Kitchen.TOPIC, record);
    passes(Duration.ofMillis(10));
  }

  /** An event comes by a replay, with all that a replayer says of it. */
  void replays(Envelope envelope, Replay replay) {
    TestRecord<String, byte[]> event = Kitchen.test(envelope);
    ReplayHeaders.write(replay, event.headers());
    replays(event);
  }

  /** Its replay comes when the event was looked at, and what came of that is not recorded yet. */
  void arrivesTogetherWithItsReplay(Envelope envelope, Replay replay) {
    pipe(envelope);
    replays(envelope, replay);
  }

  /** A record comes among those of replays, and is of now. */
  void replays(TestRecord<String, byte[]> event) {
    pipe(
        topics.replay(application.name()),
        new TestRecord<>(event.key(), event.value(), event.headers(), clock.instant()));
    passes(Duration.ofMillis(10));
  }

  /** Without time to carry anything out in between. */
  void arriveAll(List<Envelope> envelopes) {
    envelopes.forEach(this::pipe);
  }

  /** A record comes in a topic of the application's own. */
  void arrives(String topic, TestRecord<String, byte[]> record) {
    pipe(topic, record);
    passes(Duration.ofMillis(10));
  }

  private void pipe(Envelope envelope) {
    EventType<?> type = Catalogue.find(envelope.type()).orElseThrow();
    pipe(topics.events(type), Kitchen.test(envelope));
  }

  private void pipe(String topic, TestRecord<String, byte[]> record) {
    driven.pipe(topic, record);
  }

  /** Lets time go on, and what is due happen, until nothing more does. */
  void passes(Duration time) {
    clock.advance(time);
    driven.passes(time);
  }

  /** Every attempt so far: consumer, employee, outcome, detail. */
  List<String> attempts() {
    return told(
        json -> "%s %s".formatted(json.path("outcome").asText(), json.path("detail").asText()));
  }

  /** The lane of every attempt so far: consumer, employee, lane. */
  List<String> lanes() {
    return told(json -> "in " + json.path("lane").asText());
  }

  private List<String> told(Function<JsonNode, String> particulars) {
    return values(topics.attempts()).stream()
        .map(
            record -> {
              JsonNode json = json(record.value());
              int number =
                  (int) UUID.fromString(json.path("eventId").asText()).getLeastSignificantBits();
              return "%s emp-%d %s"
                  .formatted(json.path("consumer").asText(), number, particulars.apply(json));
            })
        .toList();
  }

  /** What has crossed to the task of its lane so far, by the lanes. */
  List<String> crossed() {
    return values(topics.across(application.name())).stream().map(TestRecord::key).toList();
  }

  /** By which replays attempts were made, of those since they were last read. */
  List<String> replaysOfAttempts() {
    return values(topics.attempts()).stream()
        .map(record -> json(record.value()).path("replay").asText())
        .toList();
  }

  /** Sends a command, and lets what it asks for happen. */
  void asked(Command command) {
    asked(CommandRecord.bytes(command));
  }

  void asked(byte @Nullable [] command) {
    pipe(topics.commands(application.name()), new TestRecord<>("", command));
    passes(Duration.ofMillis(10));
  }

  /** The dead letters since they were last read, as an operator's program reads them. */
  List<DeadLetter> letters() {
    return values(topics.dead(application.name())).stream()
        .flatMap(record -> DeadLetter.read(record.headers(), record.value()).stream())
        .toList();
  }

  /** Every dead letter so far: consumer, attempts, reason. */
  List<String> dead() {
    return values(topics.dead(application.name())).stream()
        .map(
            record ->
                header(record.headers(), DeadLetter.CONSUMER)
                    + " "
                    + header(record.headers(), DeadLetter.ATTEMPTS)
                    + " "
                    + header(record.headers(), DeadLetter.REASON))
        .toList();
  }

  /** As an earlier version has left it, which had a consumer that this one lacks. */
  void leftBehind(EffectKey key, Envelope envelope) {
    driven
        .pending()
        .put(key.text(), PendingFormat.write(PendingEffect.first(envelope, clock.instant())));
  }

  int pending() {
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> entries = driven.pending().all()) {
      entries.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys.size();
  }

  MeterRegistry meters() {
    return meters;
  }

  /** What all its tasks share. */
  Instance shared() {
    return driven.shared();
  }

  private List<TestRecord<String, byte[]>> values(String topic) {
    return driven.read(topic);
  }

  private static JsonNode json(byte[] value) {
    try {
      return Json.read(new String(value, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(Headers headers, String name) {
    var header = headers.lastHeader(name);
    return header == null ? "-" : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driven.close();
  }
}
