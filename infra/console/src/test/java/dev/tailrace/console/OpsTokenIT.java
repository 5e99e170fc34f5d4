package dev.tailrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tailrace ops token}, from its arguments to the table. */
class OpsTokenIT {

  private static final SettableClock CLOCK = new SettableClock();

  private static TestDatabase database;

  @TempDir private Path folder;

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
    database.execute("delete from api_token");
  }

  private static OpsRun run(Map<String, String> environment, String... arguments) {
    return OpsRun.of(environment, "", CLOCK, arguments);
  }

  private static OpsRun run(String... arguments) {
    return run(OpsRun.environment(database), arguments);
  }

  private static TokenText created(OpsRun run) {
    assertThat(run.exit()).as(run.err()).isZero();
    return TokenText.parse(run.out().lines().findFirst().orElse("")).orElseThrow();
  }

  @Test
  void makesAPublishersTokenThatWorksAndIsShownOnce() throws Exception {
    OpsRun run =
        run(
            "token",
            "create",
            "--kind",
            "publisher",
            "--name",
            "kitchen",
            "--tenant",
            "org_1",
            "--types",
            "kitchen.*,rpc:*");
    TokenText token = created(run);
    assertThat(run.out())
        .contains("may append events of kitchen.*, rpc:* for tenant org_1")
        .contains("kitchen.task.claimed, kitchen.task.released, kitchen.task.progress")
        .contains("./tailrace ops token revoke " + token.id());
    ApiTokens.Known known =
        Database.inTransaction(
                database.dataSource(), connection -> ApiTokens.find(connection, token.id()))
            .orElseThrow();
    assertThat(known.isShownBy(token)).isTrue();
    assertThat(known.isShownBy(new TokenText(token.id(), "another"))).isFalse();
    assertThat(run("token", "list").out()).contains(token.id()).doesNotContain(token.secret());
  }

  @Test
  void warnsOfAPatternThatMatchesNothing() {
    OpsRun run =
        run("token", "create", "--kind", "publisher", "--name", "k", "--types", "kitchn.*");
    created(run);
    assertThat(run.out()).contains("! The catalogue has no such type today.");
  }

  @Test
  void listsWhatEachMayDo() throws Exception {
    database.execute(
        "insert into organization (id, name, slug) values ('org_1', 'A', 'a') on conflict do nothing");
    database.execute(
        "insert into project (id, organization_id, name, slug) values ('prj_1', 'org_1', 'P', 'p') on conflict do nothing");
    database.execute(
        "insert into machine (id, project_id, name, provider) values ('mch_1', 'prj_1', 'm', 'daytona') on conflict do nothing");
    TokenText platform =
        created(run("token", "create", "--kind", "platform", "--name", "back end"));
    CLOCK.advance(Duration.ofSeconds(1));
    TokenText daemon =
        created(
            run("token", "create", "--kind", "daemon", "--name", "agent", "--machine", "mch_1"));

    List<String> lines = run("token", "list").out().lines().toList();
    assertThat(lines.getFirst())
        .matches("ID +KIND +NAME +TENANT +TYPES +MACHINE +CREATED +REVOKED");
    assertThat(lines.get(1)).matches(platform.id() + " +platform +back end +- +- +- +2026-.*Z +-");
    assertThat(lines.get(2)).matches(daemon.id() + " +daemon +agent +- +- +mch_1 +2026-.*Z +-");

    JsonNode json = Json.read(run("token", "list", "--json").out());
    assertThat(json).hasSize(2);
    assertThat(json.path(1).path("machine").asText()).isEqualTo("mch_1");
    assertThat(json.path(0).has("tenant")).isFalse();
    assertThat(json.path(0).has("revoked")).isFalse();
  }

  @Test
  void revokesOnceAndSaysSoTwice() {
    TokenText token = created(run("token", "create", "--kind", "platform", "--name", "x"));
    assertThat(run("token", "revoke", token.id()))
        .satisfies(run -> assertThat(run.exit()).isZero())
        .satisfies(run -> assertThat(run.out()).contains("is revoked"));
    assertThat(run("token", "revoke", token.id()).out()).contains("was revoked before");
    assertThat(run("token", "list").out()).containsPattern(token.id() + ".* 2026-[^ ]+Z +2026-");
    OpsRun unknown = run("token", "revoke", "tr_p_none");
    assertThat(unknown.exit()).isOne();
    assertThat(unknown.err()).contains("✗ There is no token tr_p_none");
  }

  @Test
  void refusesWhatMakesNoSense() {
    for (String wrong :
        List.of(
            "token create --kind king --name x",
            "token create --kind daemon --name x",
            "token create --kind daemon --name x --machine m --tenant t",
            "token create --kind platform --name x --types a.b",
            "token create --kind publisher --name x --types a[b]",
            "token create --kind publisher --name x --tenant a:b",
            "token create --kind publisher",
            "token revoke",
            "token",
            "tokn")) {
      OpsRun run = run(wrong.split(" "));
      assertThat(run.exit()).as(wrong).isEqualTo(2);
      assertThat(run.err()).as(wrong).isNotBlank();
    }
    assertThat(database.count("select count(*) from api_token")).isZero();
  }

  @Test
  void saysThatThereIsNoSuchMachine() {
    OpsRun run = run("token", "create", "--kind", "daemon", "--name", "x", "--machine", "mch_none");
    assertThat(run.exit()).isOne();
    assertThat(run.err()).contains("✗ There is no machine mch_none; nothing was made.");
  }

  @Test
  void findsThePipelineThatRunsHere() throws Exception {
    Files.writeString(
        folder.resolve("up.json"),
        Json.write(
            Map.of(
                "pid", ProcessHandle.current().pid(),
                "databaseUrl", database.jdbcUrl(),
                "databaseUser", database.user(),
                "kafka", "ignored")));
    OpsRun run = run(Map.of(), "token", "list", "--data", folder.toString());
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("There is no token yet");
  }

  @Test
  void saysWhatToSetWhenThereIsNoDatabase() {
    OpsRun run = run(Map.of(), "token", "list", "--data", folder.toString());
    assertThat(run.exit()).isOne();
    assertThat(run.err()).contains("OPS_DB_URL", "./tailrace up").doesNotContain("Exception");
    OpsRun half = run(Map.of("OPS_DB_USER", "x", "OPS_DB_PASWORD", "s3cret"), "token", "list");
    assertThat(half.exit()).isOne();
    assertThat(half.err())
        .contains("OPS_DB_URL", "did you mean OPS_DB_PASSWORD?")
        .doesNotContain("s3cret");
  }

  @Test
  void saysThatTheDatabaseDoesNotAnswer() {
    OpsRun run =
        run(
            Map.of(
                "OPS_DB_URL", "jdbc:postgresql://127.0.0.1:1/none",
                "OPS_DB_USER", "x",
                "OPS_DB_PASSWORD", "s3cret",
                "OPS_DB_TIMEOUT", "500ms"),
            "token",
            "list");
    assertThat(run.exit()).isOne();
    assertThat(run.err()).contains("✗ ").doesNotContain("s3cret");
  }

  @Test
  void everyCommandHasItsHelp() {
    for (String command :
        List.of(
            "--help",
            "token --help",
            "token create --help",
            "token list --help",
            "token revoke --help")) {
      OpsRun run = run(Map.of(), command.split(" "));
      assertThat(run.exit()).isZero();
      assertThat(run.out()).contains("Usage: tailrace ops");
    }
  }
}
