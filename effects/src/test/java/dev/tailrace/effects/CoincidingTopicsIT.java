package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaid;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionCreated;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionDeleted;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionUpdated;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four topics of one aggregate, in which its events stand at the same partition and offset: nothing
 * may tell them apart by these.
 */
class CoincidingTopicsIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final List<Class<? extends StripeEvent>> TYPES =
      List.of(
          SubscriptionCreated.class,
          SubscriptionUpdated.class,
          InvoicePaid.class,
          SubscriptionDeleted.class);
  private static final int CUSTOMERS = 25;
  private static final int EVENTS = CUSTOMERS * 4;

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch allAreThere = new CountDownLatch(1);

  @TempDir private Path state;

  @Test
  void allFourHappenEachOnceAndThoseThatWaitInCommitOrder() throws Exception {
    try (var kitchen = RealKitchen.open()) {
      for (Class<? extends StripeEvent> type : TYPES) {
        kitchen.topics().create(topic(type), 1, Map.of());
      }
      for (int seq = 0; seq < EVENTS; seq++) {
        // The last type first, so that the order of topics is not that of the commits.
        kitchen.arrives(topic(type(EVENTS - 1 - seq)), 0, envelope(EVENTS - 1 - seq));
      }
      try (Service service = kitchen.start(application(), state, CUSTOMERS)) {
        Await.until("all are pending", () -> pending(service) == EVENTS);
        allAreThere.countDown();
        Await.until("all are done", () -> kitchen.done("sync") == EVENTS);
        Await.until("none is pending", () -> pending(service) == 0);
      }

      assertThat(calls).extracting(Call::eventId).hasSize(EVENTS).doesNotHaveDuplicates();
      new EffectOnceIdempotent(calls).check();
      calls.stream()
          .collect(Collectors.groupingBy(Call::lane))
          .forEach(
              (customer, its) ->
                  assertThat(its.subList(1, its.size()))
                      .as("behind what had come first to %s", customer)
                      .extracting(Call::order)
                      .hasSize(TYPES.size() - 1)
                      .isSorted());
      assertThat(kitchen.topics().readAll("effects.attempts"))
          .extracting(ConsumerRecord::key)
          .hasSize(EVENTS)
          .doesNotHaveDuplicates();
    }
  }

  private Application application() {
    var application = new Application("kitchen");
    application
        .consumer("sync")
        .<StripeEvent>on(TYPES.get(0), TYPES.get(1), TYPES.get(2), TYPES.get(3))
        .handle(
            effect -> {
              allAreThere.await();
              calls.add(
                  new Call(
                      effect.envelope().aggregateId(),
                      effect.envelope().seq(),
                      effect.envelope().id().toString(),
                      effect.idempotencyKey()));
              return Outcome.done("");
            });
    return application;
  }

  private static double pending(Service service) {
    return service.meters().get("tailrace.effects.pending").gauge().value();
  }

  private static Class<? extends StripeEvent> type(int seq) {
    return TYPES.get(seq % TYPES.size());
  }

  private static String topic(Class<? extends StripeEvent> type) {
    return new Topics("").events(Catalogue.of(type));
  }

  /** Each customer has four events in a row, one of each type. */
  private static Envelope envelope(int seq) {
    var object = Json.MAPPER.createObjectNode();
    String id = "evt_" + seq;
    Event event =
        switch (seq % TYPES.size()) {
          case 0 -> new SubscriptionCreated(id, NOON, Optional.empty(), object);
          case 1 -> new SubscriptionUpdated(id, NOON, Optional.empty(), object);
          case 2 -> new InvoicePaid(id, NOON, Optional.empty(), object);
          default -> new SubscriptionDeleted(id, NOON, Optional.empty(), object);
        };
    return new Envelope(
        Kitchen.id(seq),
        "%019d".formatted(seq),
        Catalogue.of(event.getClass()).name(),
        "org_1",
        "stripe_customer",
        "cus_" + seq / TYPES.size(),
        NOON,
        Origin.NONE,
        Json.write(event));
  }
}
