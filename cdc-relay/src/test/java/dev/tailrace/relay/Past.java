package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** An outbox with a past, and the retention that clears it; its clock is the test's. */
final class Past {

  /** The partition of a day forty days ago. */
  static final String OLD = "outbox_event_old";

  final SettableClock clock = new SettableClock(Instant.now());
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final OutboxRetention retention;
  private final TestDatabase database;

  private Past(Scenario scenario) {
    this(scenario, scenario.config);
  }

  private Past(Scenario scenario, RelayConfig config) {
    this.database = scenario.database;
    this.retention =
        new OutboxRetention(
            new Postgres(config.database()),
            config,
            clock,
            new RelayMeters(meters, clock, new SlotWatch(System::nanoTime)));
  }

  /** With one old partition, which has one row. */
  static Past of(Scenario scenario) {
    var past = new Past(scenario);
    past.makeOld(OLD, 40);
    past.appendDaysAgo(40);
    return past;
  }

  /** The same outbox, cleared in another role. */
  Past as(Scenario scenario, RelayConfig config) {
    return new Past(scenario, config);
  }

  void makeOld(String name, int daysAgo) {
    database.execute("create table " + name + " (like outbox_event including all)");
    database.execute(
        """
        do $$ begin execute format(
          'alter table outbox_event attach partition %1$s for values from (%%L) to (%%L)',
          date_trunc('day', now()) - interval '%2$d days',
          date_trunc('day', now()) - interval '%2$d days' + interval '1 day');
        end $$"""
            .formatted(name, daysAgo));
  }

  /** A row as if its transaction had begun then; through the log it goes now. */
  UUID appendDaysAgo(int days) {
    var id = UUID.randomUUID();
    database.execute(
        """
        insert into outbox_event
          (id, created_at, tenant_id, aggregate_type, aggregate_id, type, payload, headers,
           occurred_at)
        values (?, date_trunc('day', now()) - make_interval(days => ?) + interval '1 hour',
          'org_1', 'kitchen_task', 'old', 'kitchen.task.claimed', '{}', '{"version":1}', now())""",
        id,
        days);
    return id;
  }

  void quarantine(UUID id, int daysAgo) {
    database.execute(
        """
        insert into relay_quarantine
          (event_id, row_created_at, slot, type, tenant_id, aggregate_id, reason)
        values (?, date_trunc('day', now()) - make_interval(days => ?) + interval '1 hour',
          's', 'kitchen.task.claimed', 'org_1', 'old', 'too large')""",
        id,
        daysAgo);
  }

  void settle(UUID id) {
    database.execute(
        "update relay_quarantine set settled_at = now(), settled_by = 'discard' where event_id = ?",
        id);
  }

  /** One run, when a relay is not at one of its own; answers what is kept, and why. */
  Map<String, String> run() {
    var kept = new AtomicReference<Optional<Map<String, String>>>(Optional.empty());
    Await.until(
        "no other run is under way",
        () -> {
          kept.set(retention.dropPartitions());
          return kept.get().isPresent();
        });
    return kept.get().orElseThrow();
  }

  void awaitDropped(String partition) {
    Await.untilAsserted(
        partition + " is dropped",
        () -> {
          assertThat(run()).doesNotContainKey(partition);
          assertThat(isThere(partition)).isFalse();
        });
  }

  boolean isThere(String table) {
    return database.count("select count(*) from pg_class where relname = ?", table) == 1;
  }

  /** Those that a query of the outbox sees. */
  List<String> partitions() {
    return database.strings(
        """
        select inhrelid::regclass::text from pg_inherits
        where inhparent = 'outbox_event'::regclass and not inhdetachpending order by 1""");
  }

  double dropped() {
    return meters.get("tailrace.relay.partitions.dropped").counter().count();
  }

  double held() {
    return meters.get("tailrace.relay.partitions.held").gauge().value();
  }

  /** The clock goes to where a retention of thirty days ends for what ended at this instant. */
  void moveBeyond(Instant end) {
    clock.set(end.plus(Duration.ofDays(30)).plusSeconds(1));
  }
}
