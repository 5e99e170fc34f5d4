package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitIT {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static TestDatabase database;
  private static GroupCommit commit;

  @BeforeAll
  static void start() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.execute(
        """
        insert into organization (id, name, slug) values ('org_1', 'One', 'one'), ('org_2', 'Two', 'two');
        insert into billing_account (organization_id, stripe_customer_id) values ('org_1', 'cus_1');
        insert into app_user (id, email, name, signup_method) values ('usr_1', 'Ann@Example.com', 'Ann', 'email');
        insert into membership (organization_id, user_id, role) values ('org_2', 'usr_1', 'owner');
        insert into project (id, organization_id, name, slug, created_at) values
          ('prj_old', 'org_2', 'Old', 'old', '2026-01-01Z'), ('prj_new', 'org_2', 'New', 'new', '2026-01-02Z');
        insert into machine (id, project_id, name, provider, external_id, state) values
          ('mch_1', 'prj_new', 'machine', 'daytona', 'sandbox-1', 'active');
        insert into connection (id, project_id, provider, external_id) values ('con_1', 'prj_old', 'slack', 'T1')""");
    commit = commit(1);
  }

  private static GroupCommit commit(int writers) {
    return new GroupCommit(
        new Transactions(database.dataSource()), writers, 100, new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    commit.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("truncate outbox_event, webhook_receipt, webhook_body");
  }

  @Test
  void findsTheTenantAndWhatTheEventIsAbout() throws Exception {
    List<Owner> owners =
        List.of(
            new Owner.StripeCustomer(Optional.of("cus_1"), "stripe/platform"),
            new Owner.StripeCustomer(Optional.of("cus_unknown"), "stripe/platform"),
            new Owner.SlackTeam("T1"),
            new Owner.SlackTeam("T2"),
            new Owner.Sandbox("sandbox-1", "acme"),
            new Owner.Mail("ann@example.com", "agent+old@in.example.com"),
            new Owner.Mail("ann@example.com", "agent@in.example.com"),
            new Owner.Mail("bob@example.com", "agent+old@in.example.com"),
            new Owner.Nobody("standard/acme"));
    for (int i = 0; i < owners.size(); i++) {
      commit.ordinary().store(delivery("evt_" + i, owners.get(i)));
    }

    assertThat(
            database.strings(
                """
                select tenant_id || ' ' || aggregate_type || ' ' || aggregate_id
                from outbox_event join webhook_receipt on event_id = id order by dedupe_key"""))
        .containsExactly(
            "org_1 stripe_customer sub_1",
            "stripe/platform stripe_customer sub_1",
            "org_2 project prj_old",
            "slack/T2 stripe_customer sub_1",
            "org_2 machine mch_1",
            "org_2 project prj_old",
            "org_2 project prj_new",
            "resend/platform stripe_customer sub_1",
            "standard/acme stripe_customer sub_1");
  }

  @Test
  void whatComesAtTheSameTimeIsOneTransaction() throws Exception {
    List<Outcome> outcomes = together(IntStream.range(0, 20).mapToObj(i -> "evt_" + i).toList());

    assertThat(outcomes).allMatch(Outcome.Accepted.class::isInstance);
    // The first went alone, and the others gathered behind it.
    assertThat(database.count("select count(distinct xmin::text) from outbox_event")).isEqualTo(2);
    assertThat(database.count("select count(*) from webhook_body")).isEqualTo(20);
  }

  @Test
  void aRedeliveryInTheSameTransactionIsADuplicate() throws Exception {
    List<Outcome> outcomes = together(List.of("evt_0", "evt_1", "evt_1", "evt_1", "evt_0"));

    assertThat(outcomes.stream().filter(Outcome.Accepted.class::isInstance)).hasSize(2);
    assertThat(outcomes.stream().filter(Outcome.Duplicate.class::isInstance)).hasSize(3);
    assertThat(database.count("select count(*) from outbox_event")).isEqualTo(2);
    assertThat(database.count("select count(*) from webhook_body")).isEqualTo(2);
  }

  @Test
  void aRowThatPostgresRefusesFailsAlone() throws Exception {
    database.execute("alter table webhook_body add constraint no_bad_body check (body <> 'bad')");
    try {
      List<Delivery> deliveries = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        deliveries.add(delivery("evt_" + i, new Owner.Nobody("t"), i == 13 ? "bad" : "good"));
      }
      List<Future<Outcome>> outcomes = behindALock(deliveries);

      for (int i = 0; i < 20; i++) {
        Future<Outcome> outcome = outcomes.get(i);
        if (i == 13) {
          assertThatThrownBy(outcome::get).hasRootCauseInstanceOf(SQLException.class);
        } else {
          assertThat(outcome.get()).isInstanceOf(Outcome.Accepted.class);
        }
      }
      assertThat(database.count("select count(*) from outbox_event")).isEqualTo(19);
    } finally {
      database.execute("alter table webhook_body drop constraint no_bad_body");
    }
  }

  @Test
  void whatIsUrgentGoesBeforeTheOthers() throws Exception {
    var waiting = new WaitingDeliveries(2);
    waiting.add(waiting("evt_1"), false);
    waiting.add(waiting("evt_2"), false);
    waiting.add(waiting("evt_3"), true);

    assertThat(keys(waiting.take())).containsExactly("evt_3", "evt_1");
    assertThat(keys(waiting.take())).containsExactly("evt_2");
    waiting.close();
    assertThat(waiting.take()).isEmpty();
    assertThat(waiting.add(waiting("evt_4"), true)).isFalse();
  }

  @Test
  void anEventThatFitsNoSchemaNeedsNoTransaction() throws Exception {
    Event blank = new TaskReleased(" ", "emp-1", NOW);
    var delivery =
        new Delivery(
            "stripe", "evt_1", new Owner.Nobody("t"), blank, NOW, body("{}"), Optional.empty());

    assertThat(commit.ordinary().store(delivery)).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void stopsOnlyWhenAllThatItTookIsAnswered() throws Exception {
    GroupCommit stopping = commit(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      try (Connection other = database.connect()) {
        lock(other);
        for (int i = 0; i < 10; i++) {
          Delivery delivery = delivery("evt_" + i, new Owner.Nobody("t"));
          outcomes.add(threads.submit(() -> stopping.ordinary().store(delivery)));
        }
        awaitBlocked();
        Await.until("all wait", () -> stopping.waiting() == 10);
        var _ = threads.submit(stopping::close);
        other.rollback();
      }
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Accepted.class);
      }
    }
    assertThatThrownBy(() -> stopping.ordinary().store(delivery("evt_late", new Owner.Nobody("t"))))
        .hasMessageContaining("stops");
  }

  private static List<Outcome> together(List<String> ids) throws Exception {
    var outcomes = new ArrayList<Outcome>();
    for (Future<Outcome> outcome :
        behindALock(
            ids.stream()
                .map(id -> delivery(id, new Owner.StripeCustomer(Optional.of("cus_1"), "s")))
                .toList())) {
      outcomes.add(outcome.get());
    }
    return outcomes;
  }

  /** Hands them in while the first one waits for a lock, so that the others gather. */
  private static List<Future<Outcome>> behindALock(List<Delivery> deliveries) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = database.connect()) {
      lock(other);
      var outcomes = new ArrayList<Future<Outcome>>();
      for (Delivery delivery : deliveries) {
        outcomes.add(threads.submit(() -> commit.ordinary().store(delivery)));
        if (outcomes.size() == 1) {
          awaitBlocked();
        }
      }
      Await.until("all wait", () -> commit.waiting() == deliveries.size());
      other.rollback();
      return outcomes;
    }
  }

  private static void lock(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement lock = connection.createStatement()) {
      lock.execute("lock table outbox_event in access exclusive mode");
    }
  }

  private static void awaitBlocked() {
    Await.until(
        "a transaction waits for the lock",
        () ->
            database.count(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'""")
                > 0);
  }

  private static GroupCommit.Waiting waiting(String id) {
    return GroupCommit.Waiting.of(delivery(id, new Owner.Nobody("t")));
  }

  private static List<String> keys(List<GroupCommit.Waiting> batch) {
    return batch.stream().map(it -> it.ready().delivery().dedupeKey()).toList();
  }

  private static Delivery delivery(String id, Owner owner) {
    return delivery(id, owner, "{}");
  }

  private static Delivery delivery(String id, Owner owner, String body) {
    var event =
        new StripeEvent.SubscriptionUpdated(
            id, NOW, Optional.empty(), Json.MAPPER.createObjectNode().put("id", "sub_1"));
    return new Delivery("stripe", id, owner, event, NOW, body(body), Optional.empty());
  }

  private static Body body(String text) {
    return Body.of(text.getBytes(UTF_8));
  }
}
