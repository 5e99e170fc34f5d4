package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {

  @Test
  void everyRecordOfTheUnionHasItsLine() {
    assertThat(records(Event.class).map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.types().stream().map(type -> type.payload().getName()).toList());
  }

  @Test
  void noTwoTypesShareATopic() {
    assertThat(topics()).doesNotHaveDuplicates();
  }

  @Test
  void topicsHaveNoCharacterThatKafkaOrItsMetricsConfuse() {
    assertThat(topics()).allMatch(topic -> topic.matches("[a-z0-9.-]{1,249}"));
  }

  @Test
  void browsersSeeTheBoardMachinesAndTheEndOfACheckout() {
    assertThat(Catalogue.types())
        .allMatch(
            type ->
                type.realtime()
                    == type.name()
                        .matches("kitchen\\..*|machine:.*|billing:checkout:(ready|failed)"));
  }

  @Test
  void callsOfProceduresAreNamedByThemAndShareATopic() {
    EventType<?> type = Catalogue.find("rpc:billing.createCheckout").orElseThrow();

    assertThat(type).isEqualTo(Catalogue.rpc("billing.createCheckout"));
    assertThat(new Topics("").events(type)).isEqualTo("events.rpc");
    assertThat(new Topics("").events(Catalogue.of(RpcCalled.class))).isEqualTo("events.rpc");
  }

  @Test
  void eachSendersDeliveriesHaveATopicOfTheirOwn() {
    EventType<?> type = Catalogue.find("acme_shop:received").orElseThrow();

    assertThat(type).isEqualTo(Catalogue.received("acme_shop"));
    assertThat(new Topics("").events(type)).isEqualTo("events.acme-shop.received");
  }

  @Test
  void aLineForManyTypesIsNoTypeItself() {
    assertThat(Catalogue.find("rpc:*")).isEmpty();
    assertThat(Catalogue.find("*:received")).isEmpty();
    assertThat(Catalogue.find("rpc:")).isEmpty();
    assertThat(Catalogue.find("a:b:received")).isEmpty();
  }

  @Test
  void findsATypeByItsName() {
    assertThat(Catalogue.find("kitchen.task.claimed"))
        .contains(Catalogue.of(KitchenEvent.TaskClaimed.class));
    assertThat(Catalogue.find("kitchen.task.eaten")).isEmpty();
  }

  @Test
  void aFamilyIsAllOfItsTypes() {
    assertThat(Catalogue.family(StripeEvent.SubscriptionChange.class).stream().map(EventType::name))
        .containsExactly(
            "stripe:customer.subscription.created",
            "stripe:customer.subscription.updated",
            "stripe:customer.subscription.paused",
            "stripe:customer.subscription.resumed");
  }

  @Test
  void refusesANameOutsideTheGrammar() {
    for (String name :
        Set.of("Kitchen.task", "kitchen", "kitchen..task", "kitchen task.x", "a:b:")) {
      assertThatThrownBy(
              () ->
                  new EventType<>(
                      name,
                      KitchenEvent.TaskClaimed.class,
                      "kitchen_task",
                      KitchenEvent::taskId,
                      false,
                      Duration.ofDays(7),
                      Set.of()))
          .as(name)
          .hasMessageContaining("is no event type");
    }
  }

  private static List<String> topics() {
    return Catalogue.withTopics().stream().map(new Topics("")::events).toList();
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(CatalogueTest::records)
        : Stream.of(type);
  }
}
