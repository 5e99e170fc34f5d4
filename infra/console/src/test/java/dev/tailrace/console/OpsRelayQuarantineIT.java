package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ./tailrace ops relay quarantine} and {@code discard}. */
class OpsRelayQuarantineIT {

  private static final String SLOT = "tailrace_relay";

  private static TestDatabase database;

  @BeforeAll
  static void migrate() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.execute("delete from relay_quarantine");
    database.execute("delete from outbox_event");
  }

  private static UUID row(String type, String tenant, String reason) {
    return Quarantined.row(database, SLOT, type, tenant, reason);
  }

  private static List<String> lines(String... arguments) {
    OpsRun run = OpsRun.on(database, arguments);
    assertThat(run.exit()).as(run.err()).isZero();
    return run.out().lines().toList();
  }

  @Test
  void listsWhatWaitsWithItsReasonAndSaysWhatCanBeDone() {
    UUID id = row("a.b", "org_1", "the record has 2 MiB,\n  Kafka takes 1 MiB");
    List<String> lines = lines("relay", "quarantine");
    assertThat(lines.getFirst()).matches("ID +TYPE +TENANT +AGGREGATE +SINCE +REASON");
    assertThat(lines.get(1))
        .matches(id + " +a.b +org_1 +task-1 +2.*Z +the record has 2 MiB, Kafka takes 1 MiB");
    assertThat(String.join("\n", lines))
        .contains("./tailrace ops relay resend ID")
        .contains("./tailrace ops relay discard ID... --reason TEXT");
  }

  @Test
  void listsByTypeAndTenant() {
    UUID id = row("a.b", "org_1", "r");
    row("a.b", "org_2", "r");
    row("a.c", "org_1", "r");
    String found =
        String.join("\n", lines("relay", "quarantine", "--type", "a.b", "--tenant", "org_1"));
    assertThat(found).contains(id.toString()).doesNotContain("org_2", "a.c");
    assertThat(lines("relay", "quarantine", "--type", "a.d"))
        .containsExactly("No such row is in quarantine.");
  }

  @Test
  void saysHowManyItLeavesOut() {
    row("a.b", "org_1", "r");
    row("a.b", "org_1", "r");
    row("a.b", "org_1", "r");
    assertThat(lines("relay", "quarantine", "--limit", "1"))
        .contains("… and 2 more: --limit 3")
        .hasSize(6);
  }

  @Test
  void showsWhatBecameOfThoseThatAreSettled() {
    UUID resent = row("a.b", "org_1", "r");
    lines("relay", "resend", resent.toString());
    assertThat(lines("relay", "quarantine")).containsExactly("No row is in quarantine.");
    List<String> all = lines("relay", "quarantine", "--all");
    assertThat(all.getFirst()).matches("ID .*SINCE +SETTLED +REASON");
    assertThat(all.get(1)).matches(resent + ".* asked for again at 2.*Z +r").doesNotContain("✗");
    assertThat(all).hasSize(2);
  }

  @Test
  void discardsARowWhenAPersonSaysSo() {
    UUID id = row("a.b", "org_1", "too large");
    OpsRun no =
        OpsRun.answering("n\n", database, "relay", "discard", id.toString(), "--reason", "x");
    assertThat(no.exit()).isOne();
    assertThat(no.out()).contains("too large", "Leave 1 row out of Kafka for good? [y/N]");
    assertThat(no.err()).contains("✗ Nothing was done.");
    assertThat(open()).isOne();
    OpsRun nobody = OpsRun.on(database, "relay", "discard", id.toString(), "--reason", "x");
    assertThat(nobody.exit()).isOne();
    assertThat(nobody.err()).contains("nobody answered. With --yes nobody is asked.");
    assertThat(open()).isOne();

    OpsRun run =
        OpsRun.answering(
            "Yes\n", database, "relay", "discard", id.toString(), "--reason", "a test of ours");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("✓ " + id + " is discarded: Kafka never gets it");
    assertThat(
            database.strings(
                "select settled_by || ': ' || reason from relay_quarantine where event_id = ?", id))
        .containsExactly("discard: too large\ndiscarded: a test of ours");
    assertThat(database.count("select count(*) from outbox_event")).isOne();
  }

  @Test
  void settlesARowOnce() {
    UUID id = row("a.b", "org_1", "too large");
    String[] discard = {"relay", "discard", id.toString(), "--reason", "x", "--yes"};
    assertThat(OpsRun.on(database, discard).exit()).isZero();
    OpsRun again = OpsRun.on(database, discard);
    assertThat(again.exit()).isOne();
    assertThat(again.err()).contains("✗ " + id + " was discarded at 2");
    OpsRun resend = OpsRun.on(database, "relay", "resend", id.toString());
    assertThat(resend.exit()).isOne();
    assertThat(resend.err()).contains("was discarded at 2");
  }

  @Test
  void doesNotAskAboutARowThatIsNotThere() {
    UUID id = UUID.randomUUID();
    OpsRun run = OpsRun.on(database, "relay", "discard", id.toString(), "--reason", "x");
    assertThat(run.exit()).isOne();
    assertThat(run.out()).doesNotContain("[y/N]");
    assertThat(run.err()).contains("✗ " + id + " is not in quarantine");
  }

  @Test
  void refusesWhatMakesNoSense() {
    String id = UUID.randomUUID().toString();
    for (List<String> wrong :
        List.of(
            List.of("relay"),
            List.of("relay", "quarantin"),
            List.of("relay", "quarantine", "--limit", "0"),
            List.of("relay", "quarantine", "--slot", "A b"),
            List.of("relay", "discard", id),
            List.of("relay", "discard", id, "--reason", " "),
            List.of("relay", "discard", "--reason", "x"))) {
      OpsRun run = OpsRun.on(database, wrong.toArray(String[]::new));
      assertThat(run.exit()).as(wrong.toString()).isEqualTo(2);
      assertThat(run.err()).as(wrong.toString()).isNotBlank();
    }
  }

  @Test
  void saysWhenTheDatabaseIsNotThereOrNotUpToDate() {
    var elsewhere =
        Map.of(
            "OPS_DB_URL", database.server().jdbcUrl("nosuchdatabase"),
            "OPS_DB_USER", database.user(),
            "OPS_DB_PASSWORD", database.password(),
            "OPS_DB_TIMEOUT", "500ms");
    try (var old = TestDatabase.create()) {
      for (String command : List.of("status", "adopt", "quarantine", "resend --all")) {
        String[] arguments = ("relay " + command).split(" ");
        OpsRun nowhere = OpsRun.of(elsewhere, "", new SettableClock(), arguments);
        assertThat(nowhere.exit()).as(command).isOne();
        assertThat(nowhere.err()).contains("✗ ", "nosuchdatabase").doesNotContain("Exception");
        if (!command.equals("adopt")) {
          OpsRun early = OpsRun.on(old, arguments);
          assertThat(early.exit()).as(command).isOne();
          assertThat(early.err())
              .contains("relation \"relay_", "does not exist", "MigrateMain")
              .doesNotContain("Exception");
        }
      }
    }
  }

  @Test
  void everyCommandHasItsHelpWithExamples() {
    for (String command : List.of("", "status", "adopt", "quarantine", "resend", "discard")) {
      OpsRun run = OpsRun.on(database, ("relay " + command + " --help").split(" +"));
      assertThat(run.exit()).isZero();
      assertThat(run.out()).contains("Usage: tailrace ops relay", "For example:", "--slot");
    }
  }

  private static long open() {
    return database.count("select count(*) from relay_quarantine where settled_at is null");
  }
}
