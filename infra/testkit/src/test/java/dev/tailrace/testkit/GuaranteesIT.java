package dev.tailrace.testkit;

import static dev.tailrace.testkit.Scenario.PAID;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each guarantee holds when it should, and fails when it is broken. */
final class GuaranteesIT {
  private static final String SECRET = "secret:stored_again";

  private final Scenario scenario = new Scenario();
  private final TestTopics topics = scenario.topics;
  private final DataSource database = scenario.database.dataSource();

  @AfterEach
  void close() {
    scenario.close();
  }

  @Test
  void ackedIsDurableMissesAnAcknowledgedWebhook() {
    scenario.receive("stripe", "evt_1", UUID.randomUUID());
    new AckedIsDurable(database, Set.of(new Receipt("stripe", "evt_1"))).check();

    var acknowledged = Set.of(new Receipt("stripe", "evt_1"), new Receipt("slack", "evt_1"));
    assertBroken(new AckedIsDurable(database, acknowledged))
        .hasMessageContaining("1 acknowledged webhooks are not there")
        .hasMessageContaining("slack");
  }

  @Test
  void oncePerDeliverySeesASecondEventOfOneDelivery() {
    var delivered = List.of("evt_1", "evt_1");
    var once = new OncePerDelivery(database, delivered);
    scenario.receive("stripe", "evt_1", scenario.commit(PAID, "in_1", "{\"id\": \"evt_1\"}"));
    once.check();

    scenario.commit(PAID, "in_1", "{\"id\": \"evt_1\"}");
    assertBroken(once).hasMessageContaining("1 deliveries made several outbox events: evt_1");
  }

  @Test
  void oncePerDeliverySeesTwoReceiptsOfOneEvent() {
    var event = scenario.commit(PAID, "in_1", "{}");
    scenario.receive("stripe", "evt_1", event);
    scenario.receive("stripe", "evt_2", event);

    assertBroken(new OncePerDelivery(database, List.of()))
        .hasMessageContaining("belong to several receipts")
        .hasMessageContaining("stripe evt_1")
        .hasMessageContaining("stripe evt_2");
  }

  @Test
  void nothingLostMissesADroppedEvent() {
    var nothingLost = new NothingLost(database, topics);
    scenario.commitAndPublish(PAID, "in_1");
    nothingLost.check();

    var dropped = scenario.commit(PAID, "in_1", "{}");
    assertBroken(nothingLost)
        .hasMessageContaining("1 outbox events")
        .hasMessageContaining(dropped.toString());
  }

  @Test
  void nothingLostMissesAnEventInAnotherTypesTopic() {
    var astray = scenario.commit(PAID, "in_1", "{}");
    scenario.publish(SECRET, "in_1", astray);

    assertBroken(new NothingLost(database, topics)).hasMessageContaining(astray.toString());
  }

  @Test
  void exactlyOnceInKafkaSeesADuplicate() {
    var exactlyOnce = new ExactlyOnceInKafka(database, topics);
    var id = scenario.commitAndPublish(PAID, "in_1");
    exactlyOnce.check();

    scenario.publish(PAID, "in_1", id);
    assertBroken(exactlyOnce).hasMessageContaining("1 records repeat an event: " + id);
  }

  @Test
  void exactlyOnceInKafkaSeesAnEventThatWasNeverCommitted() {
    var phantom = UUID.randomUUID();
    scenario.publish(PAID, "in_1", phantom);

    assertBroken(new ExactlyOnceInKafka(database, topics))
        .hasMessageContaining("never committed: " + phantom);
  }

  @Test
  void exactlyOnceInKafkaMissesADroppedEvent() {
    var dropped = scenario.commit(PAID, "in_1", "{}");

    assertBroken(new ExactlyOnceInKafka(database, topics))
        .hasMessageContaining("never seen: " + dropped);
  }

  @Test
  void commitOrderPerKeySeesASwap() {
    var order = new CommitOrderPerKey(topics);
    scenario.publish(PAID, "in_1", UUID.randomUUID(), 2);
    scenario.publish(PAID, "in_2", UUID.randomUUID(), 1);
    order.check();

    var late = UUID.randomUUID();
    scenario.publish(PAID, "in_1", late, 1);
    assertBroken(order)
        .hasMessageContaining("1 events have a ce_seq not above")
        .hasMessageContaining(late.toString());
  }

  @Test
  void commitOrderPerKeyComparesWithTheAppendsAcrossTopics() {
    var first = scenario.commitAndPublish(SECRET, "in_1");
    var second = scenario.commitAndPublish(PAID, "in_1");
    new CommitOrderPerKey(topics, Map.of("in_1", ids(first, UUID.randomUUID(), second))).check();

    assertBroken(new CommitOrderPerKey(topics, Map.of("in_1", ids(second, first))))
        .hasMessageContaining("2 events are not where they were appended: " + first);
  }

  @Test
  void commitOrderPerKeyLooksAtFirstOccurrencesOnly() {
    var first = scenario.commitAndPublish(PAID, "in_1");
    var second = scenario.commitAndPublish(PAID, "in_1");
    scenario.publish(PAID, "in_1", first, 1);

    new CommitOrderPerKey(topics, Map.of("in_1", ids(first, second))).check();
  }

  @Test
  void seqNeverGoesBackSeesAFallInAPartition() {
    var seq = new SeqNeverGoesBack(topics);
    scenario.publish(PAID, "in_1", UUID.randomUUID(), 2);
    scenario.publish(SECRET, "in_1", UUID.randomUUID(), 1);
    seq.check();

    scenario.publish(SECRET, "in_1", UUID.randomUUID(), 4);
    scenario.publish(SECRET, "in_1", UUID.randomUUID(), 3);
    assertBroken(seq)
        .hasMessageContaining("1 records have a ce_seq not above")
        .hasMessageContaining(topics.name("events.secret.stored-again"))
        .hasMessageContaining("0000000000000000003");
  }

  @Test
  void seqNeverGoesBackSeesASeqThatTwoHaveAcrossTopics() {
    var seq = new SeqNeverGoesBack(topics);
    scenario.publish(PAID, "in_1", UUID.randomUUID(), 7);
    scenario.publish(SECRET, "in_1", UUID.randomUUID(), 8);
    seq.check();

    scenario.publish(SECRET, "in_1", UUID.randomUUID(), 9);
    scenario.publish(PAID, "in_1", UUID.randomUUID(), 9);
    assertBroken(seq).hasMessageContaining("1 records have a ce_seq that another has");
  }

  @Test
  void effectEventuallyMissesAnEventThatIsNotDone() {
    var paid = new EffectEventually(database, Set.of(PAID), "creditBalance");
    var id = scenario.commit(PAID, "in_1", "{}");
    scenario.commit(SECRET, "in_1", "{}");
    scenario.database.execute("insert into effect_done values (?, 'another', '')", id);
    assertBroken(paid).hasMessageContaining("1 events are not done: " + id);

    scenario.database.execute("insert into effect_done values (?, 'creditBalance', '')", id);
    paid.check();
  }

  @Test
  void aFailureNamesTenOffendersAtMost() {
    for (int i = 0; i < 12; i++) {
      scenario.commit(PAID, "in_" + i, "{}");
    }
    assertBroken(new NothingLost(database, topics))
        .hasMessageStartingWith("NothingLost broken: every committed outbox event is in its topic.")
        .hasMessageContaining("But 12 outbox events")
        .hasMessageMatching("[^,]*(,[^,]*){9} and 2 more");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertBroken(Guarantee guarantee) {
    return assertThatThrownBy(guarantee::check).isInstanceOf(AssertionError.class);
  }

  private static List<String> ids(UUID... ids) {
    return List.of(ids).stream().map(UUID::toString).toList();
  }
}
