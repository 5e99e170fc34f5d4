package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Replay;
import dev.tailrace.effects.ReplayMode;
import dev.tailrace.effects.ReplaySelection;
import dev.tailrace.effects.Replayer;
import dev.tailrace.standins.PostHogEvent;
import dev.tailrace.standins.PostHogStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ConsumerSettings;
import dev.tailrace.testkit.RelayedEvent;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import io.micrometer.core.instrument.Gauge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The analytics application between a real Kafka, a real Postgres, and PostHog's stand-in. */
class AnalyticsIT {

  private final Topics names = new Topics("");
  private TestDatabase database;
  private TestTopics topics;
  private PostHogStandIn posthog;
  private Service analytics;
  private int events;

  @TempDir private Path state;

  /** With one partition there is one task, and so one call at a time. */
  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    topics = TestTopics.create();
    for (var type : Catalogue.family(AnalyticsEvent.class)) {
      topics.create(names.events(type), 1, Map.of());
    }
    posthog = PostHogStandIn.start(0, Clock.systemUTC());
    analytics = Analytics.start(AnalyticsConfig.from(environment()), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    analytics.close();
    posthog.close();
    topics.close();
    database.close();
  }

  private Map<String, String> environment() {
    var environment = ConsumerSettings.of("ANALYTICS_", database, topics, state);
    environment.put("ANALYTICS_POSTHOG_KEY", PostHogStandIn.KEY);
    environment.put("ANALYTICS_POSTHOG_HOST", posthog.url());
    return environment;
  }

  private void arrives(AnalyticsEvent event) {
    var type = Catalogue.of(event.getClass());
    topics.send(
        names.events(type),
        event.distinctId(),
        new RelayedEvent(
            ++events,
            type.name(),
            "org_1",
            type.aggregateType(),
            event.distinctId(),
            Counted.NOON,
            Json.write(event)));
  }

  private void awaitCaptured(int count) {
    Await.untilAsserted(
        count + " events are captured",
        () -> assertThat(posthog.captured()).as("after %s", attempts()).hasSize(count));
  }

  private void awaitSettled(int count) {
    Await.until(
        count + " events are settled",
        () -> database.strings("select outcome from effect_done").size() == count);
  }

  private List<String> attempts() {
    return topics.readAll("effects.attempts").stream()
        .map(attempt -> text(attempt.value()))
        .toList();
  }

  private double pending() {
    return analytics.meters().get("tailrace.effects.pending").gauges().stream()
        .mapToDouble(Gauge::value)
        .sum();
  }

  @Test
  void anEventIsCapturedAsItWasEmitted() {
    arrives(Counted.captured("signed_up", "user-1"));
    awaitCaptured(1);

    assertThat(posthog.captured())
        .containsExactly(
            new PostHogEvent(
                "signed_up",
                "user-1",
                Counted.NOON,
                RelayedEvent.id(1),
                "{\"plan\":\"pro\",\"$groups\":{\"organization\":\"org_1\"}}"));
  }

  @Test
  void whatGathersDuringACallGoesInOneAndARepeatIsKnown() {
    posthog.faults().acceptThenTimeOut();
    arrives(Counted.captured("signed_up", "user-1"));
    awaitCaptured(1);
    arrives(Counted.captured("signed_in", "user-2"));
    arrives(Counted.exception("TimeoutError", Counted.object()));
    arrives(Counted.captured("signed_out", "user-3"));
    Await.until("three wait for the next call", () -> pending() == 4);
    posthog.faults().healthy();
    awaitSettled(4);

    assertThat(posthog.captured()).hasSize(4);
    assertThat(posthog.callSizes().get(1)).as("of %s", posthog.callSizes()).isBetween(3, 4);
    assertThat(posthog.duplicates()).as("the same uuid and timestamp").isEqualTo(1);
  }

  @Test
  void aRetryAfterA503SendsTheSameUuidAndTimestamp() {
    posthog.faults().fail(503, 1);
    arrives(Counted.captured("signed_up", "user-1"));
    awaitSettled(1);

    assertThat(posthog.requests().list()).hasSize(2);
    assertThat(posthog.captured())
        .extracting(PostHogEvent::uuid, PostHogEvent::timestamp)
        .containsExactly(tuple(RelayedEvent.id(1), Counted.NOON));
  }

  @Test
  void whatPostHogWouldLoseIsADeadLetterAndHoldsNothingUp() {
    arrives(Counted.captured("signed_up", "undefined"));
    arrives(Counted.captured(" ", "user-1"));
    arrives(Counted.captured("signed_up", "user-1"));
    awaitCaptured(1);

    Await.untilAsserted(
        "the dead letters are there",
        () ->
            assertThat(topics.readAll("effects.dead.analytics"))
                .extracting(AnalyticsIT::reason)
                .anyMatch(
                    it ->
                        it.equals(
                            "/payload/distinctId undefined is nobody to PostHog: say who it was"))
                .anyMatch(it -> it.startsWith("/payload/event "))
                .hasSize(2));
    assertThat(posthog.dropped()).isEmpty();
  }

  @Test
  void aReplayOfEverythingCallsPostHogNoMore() throws Exception {
    arrives(Counted.captured("signed_up", "user-1"));
    arrives(Counted.captured("signed_in", "user-2"));
    awaitSettled(2);
    long calls = posthog.requests().count();
    var replayer =
        new Replayer(
            Analytics.application(captures -> new Captures.Answer.Accepted()),
            new Topics(topics.prefix()),
            Map.of("bootstrap.servers", topics.bootstrapServers()),
            database.dataSource(),
            Clock.systemUTC());

    replayer.run(
        ReplaySelection.ALL,
        Replay.of(ReplayMode.FILL, "ann", "to see what comes of it"),
        500,
        progress -> {});
    Await.until(
        "both are skipped",
        () ->
            attempts().stream().filter(it -> it.contains("\"outcome\":\"skipped\"")).count() == 2);
    assertThat(posthog.requests().count()).isEqualTo(calls);
  }

  private static String reason(ConsumerRecord<String, byte[]> dead) {
    return text(dead.headers().lastHeader("tailrace-reason").value());
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
