package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines whose daemons report that they serve. */
class ReadyMachinesIT {

  private static RunningIngest ingest;
  private static Platform platform;

  private String project;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
    platform = new Platform(ingest);
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @BeforeEach
  void aProject() throws Exception {
    project = platform.project(platform.organization());
  }

  @Test
  void theFirstBecomesActiveAndReplacesNobody() throws Exception {
    String machine = platform.machine(project);
    assertThat(platform.eventsOf(() -> platform.ready(machine)))
        .containsExactly("machine:ready", "machine:promoted", "rpc:machine.reportStatus");
    assertThat(state(machine)).isEqualTo("active");
    JsonNode promoted = platform.events("machine:promoted", project).getFirst();
    assertThat(promoted.path("promotedMachineId").asText()).isEqualTo(machine);
    assertThat(promoted.path("replacedMachines")).isEmpty();
  }

  @Test
  void theNextReplacesIt() throws Exception {
    String first = platform.machine(project);
    String second = platform.machine(project);
    ingest.database().execute("update machine set external_id = id where id = ?", first);
    platform.ready(first);
    platform.ready(second);
    assertThat(state(first)).isEqualTo("archiving");
    assertThat(state(second)).isEqualTo("active");
    assertThat(
            platform
                .events("machine:promoted", project)
                .getLast()
                .path("replacedMachines")
                .toString())
        .isEqualTo(
            "[{\"machineId\":\"%s\",\"provider\":\"daytona\",\"externalId\":\"%s\"}]"
                .formatted(first, first));
  }

  @Test
  void sayingItAgainPromotesNobody() throws Exception {
    String machine = platform.machine(project);
    HttpResponse<String> first = platform.ready(machine);
    HttpResponse<String> again = platform.ready(machine);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(platform.events("machine:ready", machine)).hasSize(1);
    assertThat(platform.events("machine:promoted", project)).hasSize(1);
  }

  @Test
  void whatWasReplacedOrPutAwayDoesNotComeBack() throws Exception {
    for (String state : List.of("archiving", "archived", "failed")) {
      String machine = platform.machine(project);
      ingest.database().execute("update machine set state = ? where id = ?", state, machine);
      assertThat(platform.ready(machine).statusCode()).isEqualTo(409);
      assertThat(state(machine)).isEqualTo(state);
    }
  }

  @Test
  void aDaemonReportsForItsOwnMachineAlone() throws Exception {
    String own = platform.machine(project);
    String other = platform.machine(project);
    TokenText token = ingest.token(new Grant.Daemon(own));
    assertThat(platform.ready(other, token).statusCode()).isEqualTo(403);
    assertThat(state(other)).isEqualTo("starting");
    assertThat(platform.ready(own, RunningIngest.PLATFORM).statusCode()).isEqualTo(403);
  }

  @Test
  void ofManyThatAreReadyAtOnceExactlyOneIsActive() throws Exception {
    var machines = new ArrayList<String>();
    var tokens = new ArrayList<TokenText>();
    for (int i = 0; i < 8; i++) {
      String machine = platform.machine(project);
      machines.add(machine);
      tokens.add(ingest.token(new Grant.Daemon(machine)));
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Each says it several times, as daemons do that had no answer.
      List<Callable<Integer>> reports = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int which = i % machines.size();
        reports.add(() -> platform.ready(machines.get(which), tokens.get(which)).statusCode());
      }
      for (Future<Integer> report : threads.invokeAll(reports)) {
        statuses.add(report.get());
      }
    }
    assertThat(statuses)
        .isSubsetOf(200, 409)
        .filteredOn(status -> status == 200)
        .hasSizeGreaterThanOrEqualTo(8);
    assertThat(
            ingest
                .database()
                .strings("select state from machine where project_id = ? order by state", project))
        .containsExactly(
            "active",
            "archiving",
            "archiving",
            "archiving",
            "archiving",
            "archiving",
            "archiving",
            "archiving");
    assertEachReplacesTheOneBefore(machines);
  }

  /** Told in the order of their commits, which are one after another. */
  private void assertEachReplacesTheOneBefore(List<String> machines) {
    Map<String, String> replacedBy = new HashMap<>();
    List<JsonNode> promotions = platform.events("machine:promoted", project);
    assertThat(promotions).hasSize(machines.size());
    int first = 0;
    for (JsonNode promotion : promotions) {
      List<String> replaced = promotion.path("replacedMachines").findValuesAsText("machineId");
      first += replaced.isEmpty() ? 1 : 0;
      assertThat(replaced).hasSizeLessThanOrEqualTo(1);
      replaced.forEach(
          machine ->
              assertThat(replacedBy.put(machine, promotion.path("promotedMachineId").asText()))
                  .as("%s is replaced once", machine)
                  .isNull());
    }
    assertThat(first).isOne();
    assertThat(replacedBy).hasSize(machines.size() - 1);
    assertThat(replacedBy).doesNotContainKey(active());
  }

  private String active() {
    return ingest
        .database()
        .strings("select id from machine where project_id = ? and state = 'active'", project)
        .getFirst();
  }

  private static String state(String machine) {
    return String.valueOf(platform.row("machine", machine).get("state"));
  }
}
