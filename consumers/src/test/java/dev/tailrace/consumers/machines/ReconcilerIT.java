package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.machines.Reconciliation.Result;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found at Daytona that no webhook has told, and by whom. */
class ReconcilerIT {

  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Reconciler.Pace PACE = new Reconciler.Pace(OFTEN, Duration.ofMillis(1));

  private final SettableClock daytonasClock = new SettableClock();
  private final DaytonaStandIn daytona = DaytonaStandIn.start(0, daytonasClock);
  private final DaytonaSandboxes sandboxes =
      new DaytonaSandboxes(Stage.at(daytona), Clock.systemUTC());
  private TestDatabase database;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        "insert into project (id, organization_id, name, slug) values ('prj_1', 'org_1', 'One', 'one')");
  }

  @AfterEach
  void stop() {
    sandboxes.close();
    daytona.close();
    database.close();
  }

  /** A machine with a sandbox that runs; answers the sandbox's id. */
  private String machine(String id) {
    String sandbox = daytona.create(Map.of("tailrace", "machine", "tailrace-machine", id));
    database.execute(
        "insert into machine (id, project_id, name, provider, external_id) values (?, 'prj_1', ?, 'daytona', ?)",
        id,
        id,
        sandbox);
    return sandbox;
  }

  /** As if its webhook had come. */
  private void isKnown(String machine, String sandbox) {
    daytona.state(sandbox);
    var seen =
        daytona.sandboxes().stream()
            .filter(it -> it.id().equals(sandbox))
            .findFirst()
            .orElseThrow();
    database.execute(
        "update machine set provider_state = ?, provider_state_at = ?::timestamptz where id = ?",
        seen.state(),
        seen.updatedAt().toString(),
        machine);
  }

  private Result reconciled() throws Exception {
    return new Reconciliation(database.dataSource(), sandboxes, Clock.systemUTC()).run(() -> true);
  }

  private List<String> appended() {
    return database.strings(
        """
        select concat_ws(' ', type, tenant_id, aggregate_type, aggregate_id, payload::json->>'newState')
        from outbox_event order by aggregate_id""");
  }

  @Test
  void aChangeThatNoWebhookHasToldIsAppendedAsTheWebhookWouldHaveBeen() throws Exception {
    String sandbox = machine("mch_1");
    isKnown("mch_1", sandbox);
    daytona.put(sandbox, "stopped");

    assertThat(reconciled()).isEqualTo(new Result.Whole(1, 1));
    assertThat(appended())
        .containsExactly("daytona:sandbox.state.updated org_1 machine mch_1 stopped");
    assertThat(database.strings("select payload::json->'raw'->>'oldState' from outbox_event"))
        .containsExactly("started");
  }

  @Test
  void theSameChangeIsAppendedOnceHoweverOftenItIsSeen() throws Exception {
    daytona.put(machine("mch_1"), "stopped");

    assertThat(reconciled().changes()).isEqualTo(1);
    assertThat(reconciled().changes()).isZero();
    assertThat(appended()).hasSize(1);
  }

  @Test
  void whatIsKnownIsNoEvent() throws Exception {
    isKnown("mch_1", machine("mch_1"));

    assertThat(reconciled()).isEqualTo(new Result.Whole(1, 0));
    assertThat(appended()).isEmpty();
  }

  @Test
  void aTimeThatMovesWithoutTheStateIsRememberedAndNoEvent() throws Exception {
    String sandbox = machine("mch_1");
    isKnown("mch_1", sandbox);
    daytonasClock.advance(Duration.ofHours(1));
    daytona.put(sandbox, "started");

    assertThat(reconciled().changes()).isZero();
    assertThat(
            database.count(
                "select count(*) from machine where provider_state_at >= '2026-01-01T01:00:00Z'"))
        .isEqualTo(1);
  }

  @Test
  void aSandboxThatIsNobodysIsNoEvent() throws Exception {
    daytona.create(Map.of("tailrace", "machine", "tailrace-machine", "mch_of_another_platform"));

    assertThat(reconciled()).isEqualTo(new Result.Whole(1, 0));
  }

  @Test
  void oneThatDaytonaDoesNotKnowAnyMoreIsDestroyed() throws Exception {
    daytona.put(machine("mch_1"), "destroyed");
    machine("mch_2");
    database.execute(
        "update machine set provider_state = 'started', provider_state_at = now() where id = 'mch_2'");

    assertThat(reconciled().changes()).isEqualTo(1);
    assertThat(reconciled().changes()).isZero();
    assertThat(appended())
        .containsExactly("daytona:sandbox.state.updated org_1 machine mch_1 destroyed");
  }

  @Test
  void oneWhoseLabelWasTakenOffIsAskedForByItself() throws Exception {
    daytona.put("sb_bare", "stopped");
    database.execute(
        "insert into machine (id, project_id, name, provider, external_id) values ('mch_1', 'prj_1', 'm', 'daytona', 'sb_bare')");

    assertThat(reconciled().changes()).isEqualTo(1);
    assertThat(appended())
        .containsExactly("daytona:sandbox.state.updated org_1 machine mch_1 stopped");
  }

  @Test
  void oneThatIsThereAgainIsNotSaidToBeDestroyedForEver() throws Exception {
    machine("mch_1");
    database.execute(
        "update machine set provider_state = 'destroyed', provider_state_at = now() - interval '1 s'");

    assertThat(reconciled().changes()).isEqualTo(1);
    assertThat(appended())
        .containsExactly("daytona:sandbox.state.updated org_1 machine mch_1 started");
  }

  @Test
  void anOutageIsNoReasonToSayThatAnythingIsGone() throws Exception {
    machine("mch_1");
    daytona.faults().fail(503);

    assertThat(reconciled()).isEqualTo(new Result.CutOff("Daytona answered 503", 0));
    assertThat(appended()).isEmpty();
  }

  @Test
  void ofTwoReconcilersOneRunsAndTheOtherWhenThatIsGone() {
    var one = new SimpleMeterRegistry();
    var other = new SimpleMeterRegistry();
    Reconciler first = reconciler(one).start();
    Await.until("the first runs", () -> rounds(one) > 0);
    try (var _ = reconciler(other).start()) {
      double before = rounds(one);
      Await.until("the first goes on", () -> rounds(one) > before + 5);
      assertThat(rounds(other)).isZero();
      assertThat(locks()).isEqualTo(1);

      first.close();
      Await.until("the second takes over", () -> rounds(other) > 0);
    } finally {
      first.close();
    }
    assertThat(locks()).isZero();
  }

  @Test
  void aRoundThatFailsIsFollowedByTheNext() {
    var meters = new SimpleMeterRegistry();
    daytona.faults().down();
    try (var _ = reconciler(meters).start()) {
      Await.until("a round was cut off", () -> counted(meters, "cut-off") > 0);
      daytona.faults().healthy();
      Await.until("another compared everything", () -> rounds(meters) > 0);
    }
  }

  private Reconciler reconciler(MeterRegistry meters) {
    return new Reconciler(
        database.dataSource(),
        new Reconciliation(database.dataSource(), sandboxes, Clock.systemUTC()),
        PACE,
        new ReconcilerMeters(meters),
        Clock.systemUTC());
  }

  private static double rounds(MeterRegistry meters) {
    return counted(meters, "whole");
  }

  private static double counted(MeterRegistry meters, String outcome) {
    return meters
        .get("tailrace.machines.reconciler.rounds")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private long locks() {
    return database.count(
        """
        select count(*) from pg_locks where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())""");
  }
}
