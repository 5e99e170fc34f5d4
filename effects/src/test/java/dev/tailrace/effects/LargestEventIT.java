package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The largest event that the outbox takes, of characters that take the most room wherever they
 * stand in JSON, and the longest reasons: whatever becomes of it fits into Kafka.
 */
class LargestEventIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final int LARGEST = 900_000;

  /** Of three bytes each. */
  private static final String LONG_REASON = "…".repeat(5_000);

  private final AtomicBoolean healed = new AtomicBoolean();
  private final List<Integer> mourned = new CopyOnWriteArrayList<>();

  @TempDir private Path state;

  @Test
  void itIsTriedAgainAndDiesAndIsRedriven() throws Exception {
    try (var kitchen = RealKitchen.open()) {
      Envelope largest =
          Kitchen.withPayload(Kitchen.claimed(1, "a"), payloadThatIsJustTaken(kitchen));
      try (Service _ = kitchen.start(application(), state, 4)) {
        kitchen.arrives(Kitchen.TOPIC, 0, largest);
        kitchen.arrives(Kitchen.TOPIC, 0, Kitchen.claimed(2, "b"));
        Await.until("what follows from its death is tried", () -> mourned.contains(2));
      }
      assertThat(kitchen.outcomes(1)).startsWith("retry", "retry", "retry", "retry");
      assertThat(kitchen.done("ring")).as("the other was not held up").isEqualTo(1);

      healed.set(true);
      state = state.resolve("elsewhere");
      DeadLetter letter = kitchen.deadLetters().getFirst();
      assertThat(letter.envelope()).isEqualTo(largest);
      assertThat(letter.reason()).endsWith("…");
      try (Service _ = kitchen.start(application(), state, 4)) {
        Await.until("what follows from its death is done", () -> kitchen.done("ring.onDead") == 1);
        redrive(kitchen, letter);
        Await.until("it is carried out itself", () -> kitchen.done("ring") == 2);
      }
    }
  }

  private Application application() {
    var application = new Application("kitchen");
    application
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("10ms*2"))
        .onDead(
            effect -> {
              mourned.add(effect.attempt());
              return healed.get() ? Outcome.done("told") : Outcome.retry(LONG_REASON);
            })
        .handle(
            effect ->
                healed.get() || effect.event().taskId().equals("b")
                    ? Outcome.done("rung")
                    : Outcome.retry(LONG_REASON));
    return application;
  }

  /** Each quote in it takes two bytes there, and four where that is a text of JSON again. */
  private static String payloadThatIsJustTaken(RealKitchen kitchen) throws Exception {
    int empty = event("").envelopeBytes();
    NewEvent event = event("\"".repeat((LARGEST - empty) / 2));
    assertThat(event.envelopeBytes()).isBetween(LARGEST - 2, LARGEST);
    Database.inTransaction(
        kitchen.database().dataSource(), connection -> Outbox.append(connection, event));
    return event.payload();
  }

  private static NewEvent event(String employee) {
    return NewEvent.of("org_1", NOON, new TaskClaimed("a", employee, NOON));
  }

  private static void redrive(RealKitchen kitchen, DeadLetter letter) throws Exception {
    var topics = new Topics(kitchen.topics().prefix());
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", kitchen.topics().bootstrapServers(), "max.request.size", 4 << 20);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      new Commands(producer, topics, "kitchen")
          .send(new Command.Redrive(letter, "ann", "it is repaired"));
    }
  }
}
