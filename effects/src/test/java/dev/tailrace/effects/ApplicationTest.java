package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.service.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApplicationTest {

  private static final Handler<KitchenEvent> DONE = effect -> Outcome.done("");

  private final Application application = new Application("kitchen");

  @Test
  void tellsEveryProblemOfEveryConsumerAtOnce() {
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application.consumer("ring bell").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application.consumer("halfway").on(KitchenEvent.class);
    application
        .consumer("strange")
        .onPrefix("nobody:")
        .delay(Duration.ofSeconds(-1))
        .timeout(Duration.ZERO)
        .handle(effect -> Outcome.done(""));
    application
        .consumer("project")
        .on(KitchenEvent.class)
        .idempotentByRow()
        .mayBeForced()
        .each(received -> List.of("m1"))
        .handle(effect -> Outcome.done(""));
    var both = application.consumer("both").on(KitchenEvent.class).idempotentByRow();
    both.batchAll().atMost(0).atMostBytes(-1).handleBatch(batch -> Outcome.done(""));
    both.handle(effect -> Outcome.done(""));
    for (String former : List.of("ring", "bell", "bell")) {
      application
          .consumer("rung-" + application.consumers().size())
          .on(KitchenEvent.class)
          .formerly(former)
          .handle(effect -> Outcome.done(""));
    }

    assertThatThrownBy(application::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "kitchen can't start, 14 problems",
            "ring       two consumers have this name",
            "'ring bell' is no name",
            "halfway    was begun and has no handle",
            "no type of the catalogue is nobody:*",
            "the delay PT-1S is negative",
            "the timeout PT0S leaves no time",
            "'bell' was the name of two",
            "ring       is the former name of another consumer",
            "project    idempotentByRow and each don't go together",
            "project    idempotentByRow and mayBeForced don't go together",
            "both       atMost(0) leaves no effect",
            "atMostBytes(-1) leaves no byte",
            "idempotentByRow and batchBy don't go together",
            "batchBy and handle don't go together");
  }

  @Test
  void tellsEveryProblemOfDestinationsAtOnce() {
    registered("twice")
        .destination(effect -> "m1")
        .aimedAt(effect -> "m2", Optional::of)
        .handle((effect, machine) -> Outcome.done(machine));
    registered("nowhere").destinationEndedBy(KitchenEvent.class, Received::tenantId).handle(DONE);

    assertThatThrownBy(application::check)
        .hasMessageContainingAll(
            "kitchen can't start, 2 problems",
            "twice    destination and aimedAt don't go together",
            "nowhere  destinationEndedBy without a destination");
  }

  @Test
  void tellsEveryProblemOfLanesAtOnce() {
    registered("both").laneWithin(Received::tenantId).laneAcross(Received::tenantId).handle(DONE);
    registered("link").laneWithin(Received::tenantId).sharing("subscription").handle(DONE);
    registered("sync").laneAcross(Received::tenantId).sharing("subscription").handle(DONE);
    registered("alone").sharing("subscriptoin").handle(DONE);
    registered("twice").sharing("one").sharing("two").handle(DONE);
    registered("second").sharing("two").handle(DONE);
    registered("blank").sharing("").handle(DONE);
    registered("blank-too").sharing("").handle(DONE);

    assertThatThrownBy(application::check)
        .hasMessageContainingAll(
            "kitchen can't start, 6 problems",
            "both          its lane is told twice: keep one laneWithin, or one laneAcross",
            "subscription  lanes across Kafka keys and lanes within one are shared under it",
            "(link within, sync across)",
            "alone         shares its lanes under 'subscriptoin' with nobody",
            "twice         its lanes are shared under 'one' and 'two': keep one",
            "blank         '' is no name",
            "blank-too     '' is no name");
  }

  private Registration<KitchenEvent> registered(String consumer) {
    return application.consumer(consumer).on(KitchenEvent.class);
  }

  @Test
  void describesItsLanes() {
    application.reading("realtime.outbox", Envelope::tenantId);
    registered("whole").handle(DONE);
    registered("part").laneWithin(Received::tenantId).handle(DONE);
    registered("all").laneAcross(Received::tenantId).sharing("tenant").handle(DONE);
    registered("other").laneAcross(Received::tenantId).sharing("tenant").handle(DONE);

    assertThat(application.describe())
        .extracting(ConsumerDescription::lane)
        .containsExactly(
            "the key of its topic",
            "its own function, within the key of its topic",
            "its own function, across all keys",
            "its own function, across all keys");
    assertThat(application.describe().get(2).beside())
        .containsExactly("shares its lanes under the name tenant");
  }

  @Test
  void describesItsConsumers() {
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application
        .consumer("poke")
        .onPrefix("machine:")
        .when(received -> received.tenantId().equals("org_1"))
        .laneWithin(Received::tenantId)
        .each(received -> List.of())
        .destination(Effect::item)
        .wokenBy(KitchenEvent.TaskReleased.class)
        .delay(Duration.ofMinutes(10))
        .retry(Backoff.schedule("5s 30s 1h*24"))
        .deadOn(IllegalArgumentException.class, ArithmeticException.class)
        .timeout(Duration.ofMillis(1_500))
        .mayBeForced()
        .onDead(effect -> Outcome.done(""))
        .handle(effect -> Outcome.done(""));

    assertThat(application.describe())
        .containsExactly(
            new ConsumerDescription(
                "ring",
                List.of("kitchen.task.claimed", "kitchen.task.released", "kitchen.task.progress"),
                "the aggregate",
                "1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 15m and so on, each up to 100 % less; for 24h",
                "1m",
                List.of()),
            new ConsumerDescription(
                "poke",
                List.of("machine:*"),
                "its own function, within the aggregate",
                "5s 30s 1h*24, each up to 20 % less",
                "1.5s",
                List.of(
                    "only for events that pass its own test",
                    "not before 10m",
                    "one effect for each item, in a lane of its own",
                    "leaves a destination alone that does not answer",
                    "a replay may repeat what is done",
                    "is woken by TaskReleased",
                    "dead at once on IllegalArgumentException, ArithmeticException",
                    "an effect of its own follows when one is given up")));
  }

  @Test
  void describesBatches() {
    application
        .consumer("tell")
        .on(KitchenEvent.class)
        .batchBy(Received::tenantId)
        .atMost(50)
        .atMostBytes(60_000)
        .handleBatch(batch -> Outcome.done(""));

    assertThat(application.describe().getFirst().beside())
        .containsExactly("in batches of up to 50 effects and 60000 bytes, of a scope each");
  }

  @Test
  void anApplicationWithoutConsumersIsAMistake() {
    assertThatThrownBy(application::check).hasMessageContaining("has no consumers");
  }

  @Test
  void followsSeveralTypesAProcedureAndAPrefix() {
    application
        .consumer("log")
        .on(KitchenEvent.TaskClaimed.class, KitchenEvent.TaskReleased.class)
        .handle(effect -> Outcome.done(""));
    application
        .consumer("greet")
        .onProcedure("integrations.setupSlackConnectTrial")
        .when(call -> call.event().input().hasNonNull("email"))
        .handle(effect -> Outcome.done(effect.event().output().toString()));
    application
        .consumer("count")
        .onPrefix("rpc:billing.")
        .handle(effect -> Outcome.done(effect.envelope().type()));
    application.check();

    assertThat(EffectTopology.inputs(application, new Topics("")))
        .containsExactly(
            "events.kitchen.task.claimed", "events.kitchen.task.released", "events.rpc");
    assertThat(followers("kitchen.task.released")).containsExactly("log");
    assertThat(followers("kitchen.task.progress")).isEmpty();
    assertThat(followers("rpc:integrations.setupSlackConnectTrial")).containsExactly("greet");
    assertThat(followers("rpc:billing.getCheckout")).containsExactly("count");
  }

  private List<String> followers(String type) {
    return application.consumers().stream()
        .filter(consumer -> consumer.follows(Catalogue.find(type).orElseThrow()))
        .map(Consumer::name)
        .toList();
  }

  @Test
  void readsTheTopicsOfItsTypesOnce() {
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application
        .consumer("log")
        .on(KitchenEvent.TaskClaimed.class)
        .handle(effect -> Outcome.done(""));

    assertThat(EffectTopology.inputs(application, new Topics("x.")))
        .containsExactly(
            "x.events.kitchen.task.claimed",
            "x.events.kitchen.task.progress",
            "x.events.kitchen.task.released");
  }

  @Test
  void readsItsOneInputInstead() {
    application
        .reading("realtime.outbox")
        .consumer("ring")
        .on(KitchenEvent.class)
        .handle(effect -> Outcome.done(""));

    assertThat(EffectTopology.inputs(application, new Topics("")))
        .containsExactly("realtime.outbox");
  }
}
