package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SlotReader;
import dev.tailrace.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ./tailrace ops relay shards}: what the relays before and after it find in Postgres. */
class OpsRelayShardsIT {

  private static final String SLOT = "ops_shards";

  private TestDatabase database;

  @BeforeEach
  void migrate() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.strings("select pg_create_logical_replication_slot(?, 'pgoutput')", SLOT);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private OpsRun shards(String answers, String... more) {
    var arguments = new ArrayList<>(List.of("relay", "shards", "--slot", SLOT));
    arguments.addAll(List.of(more));
    return OpsRun.answering(answers, database, arguments.toArray(String[]::new));
  }

  private List<String> slots() {
    return database.strings(
        "select slot_name from pg_replication_slots where database = current_database() order by 1");
  }

  @Test
  void makesASlotAndAPublicationForEachAndWritesTheCutOverWhenAPersonAgrees() throws Exception {
    try (var _ = SlotReader.read(database, SLOT, "tailrace_relay")) {
      OpsRun run = shards("y\n", "--to", "2");
      assertThat(run.exit()).isZero();
      assertThat(run.out()).contains("ops_shards_0_of_2", "RELAY_SHARD=0/2 to 1/2");
    }
    assertThat(slots()).containsExactly(SLOT, SLOT + "_0_of_2", SLOT + "_1_of_2");
    assertThat(database.strings("select rowfilter from pg_publication_tables order by pubname"))
        .hasSize(3);
    assertThat(
            database.strings(
                "select slot || ' ' || from_count || ' ' || to_count from relay_cut_over"))
        .containsExactly("ops_shards 1 2");
  }

  @Test
  void leavesNothingBehindWhenTheRelayIsNotRunning() {
    OpsRun run = shards("", "--to", "2", "--yes");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("start their relays first", SLOT);
    assertThat(slots()).containsExactly(SLOT);
    assertThat(database.count("select count(*) from relay_cut_over")).isZero();
  }

  @Test
  void neverDropsTheSlotOfARelayThatIsDown() {
    OpsRun run = shards("", "--to", "1", "--yes");
    assertThat(run.err()).contains("there are 1 shards already");
    assertThat(slots()).containsExactly(SLOT);
  }

  @Test
  void refusesANumberThatIsNone() {
    assertThat(shards("", "--to", "65").err()).contains("--to takes 1 to 64, was 65");
    assertThat(slots()).containsExactly(SLOT);
  }
}
