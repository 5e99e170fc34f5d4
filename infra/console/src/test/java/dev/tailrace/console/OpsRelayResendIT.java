package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code ./tailrace ops relay resend}: what the relay finds in the WAL, and what a person reads.
 */
class OpsRelayResendIT {

  private static final String SLOT = "ops_resend";
  private static final String TYPE = "kitchen.task.claimed";

  private static TestDatabase database;

  @BeforeAll
  static void migrate() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.strings("select pg_create_logical_replication_slot(?, 'pgoutput')::text", SLOT);
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("delete from relay_quarantine");
    database.execute("delete from outbox_event");
    database.strings("select pg_replication_slot_advance(?, pg_current_wal_lsn())::text", SLOT);
  }

  private static OpsRun resend(String... arguments) {
    var all = new ArrayList<>(List.of("relay", "resend", "--slot", SLOT));
    all.addAll(List.of(arguments));
    return OpsRun.on(database, all.toArray(String[]::new));
  }

  private static UUID row(String type, String reason) {
    return Quarantined.row(database, SLOT, type, "org_1", reason);
  }

  /** A question of the WAL, with the transaction that it committed with. */
  private record Asked(String xid, UUID id) {}

  /** What a relay reads from the slot since the last look. */
  private static List<Asked> decoded() {
    var asked = new ArrayList<Asked>();
    for (Map<String, ?> change :
        database.rows(
            """
            select xid::text as xid, data from pg_logical_slot_get_binary_changes(?, null, null,
              'proto_version', '1', 'publication_names', 'tailrace_relay', 'messages', 'true')""",
            SLOT)) {
      ByteBuffer message = ByteBuffer.wrap((byte[]) change.get("data"));
      if (message.get() == 'M') {
        assertThat(message.get()).as("it is part of its transaction").isEqualTo((byte) 1);
        message.position(message.position() + Long.BYTES);
        byte[] prefix = "tailrace.resend\0".getBytes(StandardCharsets.US_ASCII);
        byte[] found = new byte[prefix.length];
        message.get(found);
        assertThat(found).isEqualTo(prefix);
        byte[] content = new byte[message.getInt()];
        message.get(content);
        asked.add(
            new Asked(
                String.valueOf(change.get("xid")),
                UUID.fromString(new String(content, StandardCharsets.UTF_8))));
      }
    }
    return asked;
  }

  @Test
  void asksForARowInTheTransactionThatSettlesIt() {
    UUID id = row(TYPE, "too large");
    OpsRun run = resend(id.toString());
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("✓ " + id + " is asked for again")
        .contains("unless one comes back: ./tailrace ops relay quarantine");
    String settledIn =
        database
            .strings(
                "select xmin::text from relay_quarantine where event_id = ? and settled_by = 'resend'",
                id)
            .getFirst();
    assertThat(decoded()).containsExactly(new Asked(settledIn, id));
  }

  @Test
  void asksForAllThatMatchTheOldestFirst() {
    UUID first = row(TYPE, "type is not in the Catalogue: add it");
    UUID other = row(TYPE, "too large");
    UUID second = row(TYPE, "not in the catalogue");
    UUID otherType = row("kitchen.task.released", "not in the catalogue");
    OpsRun run = resend("--all", "--type", TYPE, "--reason-like", "not in%catalogue");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("✓ 2 rows asked for again");
    assertThat(decoded()).extracting(Asked::id).containsExactly(first, second);
    assertThat(
            database.strings(
                "select event_id::text from relay_quarantine where settled_at is null"))
        .containsExactlyInAnyOrder(other.toString(), otherType.toString());
  }

  @Test
  void findsNothingToAskFor() {
    OpsRun run = resend("--all");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("No such row waits in quarantine");
    assertThat(decoded()).isEmpty();
  }

  @Test
  void leavesTheRowsOfOtherRelaysAlone() {
    Quarantined.row(database, "another", TYPE, "org_1", "too large");
    assertThat(resend("--all").out()).contains("No such row waits in quarantine");
    assertThat(decoded()).isEmpty();
  }

  @Test
  void asksOnceForARow() {
    UUID id = row(TYPE, "too large");
    resend(id.toString());
    OpsRun again = resend(id.toString());
    assertThat(again.exit()).isOne();
    assertThat(again.err()).contains("✗ " + id + " was asked for again at 2");
    assertThat(decoded()).hasSize(1);
  }

  @Test
  void doesWhatItCanWhenOneOfThemIsNotThere() {
    UUID known = row(TYPE, "too large");
    UUID unknown = UUID.randomUUID();
    OpsRun run = resend(unknown.toString(), known.toString());
    assertThat(run.exit()).isOne();
    assertThat(run.err()).contains("✗ " + unknown + " is not in quarantine: Kafka has taken it");
    assertThat(run.out()).contains("✓ " + known + " is asked for again");
    assertThat(decoded()).extracting(Asked::id).containsExactly(known);
  }

  @Test
  void doesNotAskForARowThatTheOutboxHasNoLonger() {
    UUID id = row(TYPE, "too large");
    database.execute("delete from outbox_event where id = ?", id);
    for (OpsRun run : List.of(resend(id.toString()), resend("--all"))) {
      assertThat(run.exit()).isOne();
      assertThat(run.err())
          .contains("✗ " + id + " can't be sent, the outbox has it no longer")
          .contains("./tailrace ops relay discard " + id);
    }
    assertThat(decoded()).isEmpty();
  }

  @Test
  void saysThatNobodyReadsTheSlot() {
    UUID id = row(TYPE, "too large");
    assertThat(resend(id.toString()).out()).contains("! nobody reads slot " + SLOT + " now");
  }

  @Test
  void looksAtTheShardThatHasTheRowsTenantNow() {
    UUID id = row(TYPE, "too large");
    long shard = database.count("select outbox_shard('org_1') % 2");
    String name = SLOT + "_" + shard + "_of_2";
    database.strings("select pg_create_logical_replication_slot(?, 'pgoutput')::text", name);
    database.execute(
        "insert into relay_cut_over (slot, from_count, to_count) values (?, 1, 2)", SLOT);
    try {
      assertThat(resend(id.toString()).out()).contains("! nobody reads slot " + name + " now");
    } finally {
      database.execute("delete from relay_cut_over");
      database.strings("select pg_drop_replication_slot(?)::text", name);
    }
    assertThat(decoded()).extracting(Asked::id).containsExactly(id);
  }

  @Test
  void waitsUntilTheRelayIsPastTheRow() {
    UUID id = row(TYPE, "too large");
    CompletableFuture<OpsRun> run =
        CompletableFuture.supplyAsync(() -> resend(id.toString(), "--wait"));
    Await.until(
        "the command has seen the relay pass",
        () -> {
          database.strings("select pg_logical_emit_message(false, 'heartbeat', '')::text");
          database.strings(
              "select pg_replication_slot_advance(?, pg_current_wal_lsn())::text", SLOT);
          return run.isDone();
        });
    assertThat(run.join().exit()).as(run.join().err()).isZero();
    assertThat(run.join().out()).contains("✓ the relay is past them, and none came back");
  }

  @Test
  void tellsWhyARowIsBackInQuarantine() {
    UUID id = row(TYPE, "too large");
    CompletableFuture<OpsRun> run =
        CompletableFuture.supplyAsync(() -> resend(id.toString(), "--wait"));
    Await.until(
        "it is asked for",
        () ->
            database.count("select count(*) from relay_quarantine where settled_at is not null")
                == 1);
    Quarantined.open(database, SLOT, id, "still\ntoo large");
    assertThat(run.join().exit()).isOne();
    assertThat(run.join().err()).contains("✗ " + id + " is back in quarantine: still too large");
  }

  @Test
  void stopsWaitingForARelayThatIsNotThere() {
    UUID id = row(TYPE, "too large");
    OpsRun run = resend(id.toString(), "--wait", "--at-most", "1");
    assertThat(run.exit()).isOne();
    assertThat(run.err())
        .contains("✗ after 1 s the relay is not past them: slot " + SLOT + " is read by nobody")
        .contains("./tailrace ops relay status");
  }

  @Test
  void refusesWhatMakesNoSense() {
    String id = UUID.randomUUID().toString();
    for (String wrong :
        List.of("", "x", id + " --all", id + " --type t", "--all --wait --at-most 0")) {
      OpsRun run = resend(wrong.isEmpty() ? new String[0] : wrong.split(" "));
      assertThat(run.exit()).as(wrong).isEqualTo(2);
      assertThat(run.err()).as(wrong).isNotBlank();
    }
  }
}
