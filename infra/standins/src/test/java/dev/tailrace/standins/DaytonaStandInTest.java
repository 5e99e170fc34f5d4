package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Daytona's API as it is seen on the wire. */
class DaytonaStandInTest {

  private static final Duration A_CHANGE = Duration.ofSeconds(5);
  private static final String SANDBOX = "/api/sandbox";

  private final TickingClock clock = new TickingClock();
  private final DaytonaStandIn standIn = DaytonaStandIn.start(0, clock);
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void refusesAKeyThatItDoesNotKnow() throws Exception {
    assertThat(browser.get(SANDBOX).statusCode()).isEqualTo(401);
    for (String header : List.of("Bearer wrong", "Bearer ", "Basic " + DaytonaStandIn.API_KEY)) {
      HttpResponse<String> answer = browser.get(SANDBOX, "Authorization", header);
      assertThat(answer.statusCode()).as(header).isEqualTo(401);
      assertThat(json(answer).path("message").asText()).isEqualTo("Invalid credentials");
    }
  }

  @Test
  void answersASandboxThatIsBeingCreatedAndThenStarted() throws Exception {
    standIn.transitionsTake(A_CHANGE);
    HttpResponse<String> answer =
        call("POST", SANDBOX, "{\"name\":\"m-1\",\"labels\":{\"machineId\":\"m-1\"}}");
    assertThat(answer.statusCode()).isEqualTo(200);
    ObjectNode created = json(answer);
    assertThat(created.path("state").asText()).isEqualTo("creating");
    assertThat(created.path("desiredState").asText()).isEqualTo("started");
    assertThat(created.path("labels").path("machineId").asText()).isEqualTo("m-1");
    assertThat(created.path("organizationId").asText()).isEqualTo(DaytonaStandIn.ORGANIZATION);
    String id = created.path("id").asText();
    clock.tick(A_CHANGE.minusMillis(1));
    assertThat(stateOf(id)).isEqualTo("creating");
    clock.tick(Duration.ofMillis(1));
    assertThat(stateOf(id)).isEqualTo("started");
    assertThat(json(call("GET", SANDBOX + "/m-1", "")).path("id").asText()).isEqualTo(id);
  }

  @Test
  void hasDoneAChangeAtTheNextLookWhenNoTimeIsTold() throws Exception {
    String id = standIn.create(Map.of());
    assertThat(json(act(id, "stop")).path("state").asText()).isEqualTo("stopping");
    assertThat(stateOf(id)).isEqualTo("stopped");
    assertThat(json(act(id, "archive")).path("state").asText()).isEqualTo("archiving");
    assertThat(stateOf(id)).isEqualTo("archived");
    assertThat(json(act(id, "start")).path("state").asText()).isEqualTo("restoring");
    assertThat(stateOf(id)).isEqualTo("started");
  }

  @Test
  void archivesOnlyWhatIsStopped() throws Exception {
    String id = standIn.create(Map.of());
    assertRefused(400, "Sandbox is not stopped", act(id, "archive"));
    standIn.transitionsTake(A_CHANGE);
    assertThat(act(id, "stop").statusCode()).isEqualTo(200);
    assertRefused(409, "Sandbox state change in progress", act(id, "archive"));
    clock.tick(A_CHANGE);
    assertThat(act(id, "archive").statusCode()).isEqualTo(200);
    assertRefused(409, "Sandbox state change in progress", act(id, "archive"));
    clock.tick(A_CHANGE);
    assertRefused(400, "Sandbox is not stopped", act(id, "archive"));
    assertThat(standIn.state(id)).contains("archived");
  }

  @Test
  void stopsOnlyWhatIsStartedAndStartsAgainWhatIs() throws Exception {
    String id = standIn.create(Map.of());
    assertThat(json(act(id, "start")).path("state").asText()).isEqualTo("started");
    act(id, "stop");
    assertRefused(400, "Sandbox is not started", act(id, "stop"));
    standIn.transitionsTake(A_CHANGE);
    assertThat(json(act(id, "start")).path("state").asText()).isEqualTo("starting");
    assertRefused(409, "Sandbox state change in progress", act(id, "start"));
  }

  @Test
  void doesNotKnowADestroyedOneAnyMore() throws Exception {
    String id = standIn.create(Map.of("machineId", "m-1"));
    HttpResponse<String> answer = call("DELETE", SANDBOX + "/" + id, "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).path("state").asText()).isEqualTo("destroying");
    assertRefused(404, "Sandbox with ID or name " + id + " not found", get(id));
    assertThat(call("DELETE", SANDBOX + "/" + id, "").statusCode()).isEqualTo(404);
    assertThat(call("GET", SANDBOX, "").body()).isEqualTo("[]");
    assertThat(standIn.state(id)).contains("destroyed");
    assertThat(standIn.created("machineId", "m-1")).isOne();
  }

  @Test
  void staysInAStateThatNobodyHasHeardOf() throws Exception {
    standIn.put("sb-1", "quarantined");
    assertThat(stateOf("sb-1")).isEqualTo("quarantined");
    assertRefused(400, "Sandbox is not stopped", act("sb-1", "archive"));
    standIn.put("sb-1", "resizing");
    clock.tick(Duration.ofDays(1));
    assertThat(stateOf("sb-1")).isEqualTo("resizing");
    assertRefused(409, "Sandbox state change in progress", act("sb-1", "archive"));
  }

  @Test
  void findsByLabelsThatStandInTheQueryAsJson() throws Exception {
    String wanted = standIn.create(Map.of("machineId", "m-1", "team", "a"));
    standIn.create(Map.of("machineId", "m-2", "team", "a"));
    HttpResponse<String> found = call("GET", SANDBOX + labels("{\"machineId\":\"m-1\"}"), "");
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(Json.read(found.body()).orElseThrow())
        .singleElement()
        .satisfies(sandbox -> assertThat(sandbox.path("id").asText()).isEqualTo(wanted));
    assertThat(call("GET", SANDBOX + labels("{\"machineId\":\"m-3\"}"), "").body()).isEqualTo("[]");
    assertThat(call("GET", SANDBOX + labels("machineId=m-1"), "").statusCode()).isEqualTo(400);
    assertThat(call("GET", SANDBOX + "?label=m-1", "").statusCode()).isEqualTo(400);
  }

  @Test
  void answersAPageOfThoseThatWereFoundTheNewestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      standIn.create(Map.of("team", "a"));
    }
    String query = labels("{\"team\":\"a\"}") + "&page=3&limit=2";
    ObjectNode page = json(call("GET", SANDBOX + "/paginated" + query, ""));
    assertThat(page.path("items")).hasSize(1);
    assertThat(page.path("items").path(0).path("id").asText())
        .isEqualTo(standIn.sandboxes().getFirst().id());
    assertThat(page.path("total").asInt()).isEqualTo(5);
    assertThat(page.path("totalPages").asInt()).isEqualTo(3);
    assertThat(call("GET", SANDBOX + "/paginated?limit=0", "").statusCode()).isEqualTo(400);
  }

  @Test
  void refusesWhatCanNotBeCreated() throws Exception {
    for (String bad :
        List.of(
            "{",
            "[]",
            "{\"name\":7}",
            "{\"labels\":[]}",
            "{\"labels\":{\"a\":1}}",
            "{\"cpu\":2}",
            "{\"buildInfo\":{},\"snapshot\":\"s\"}")) {
      assertThat(call("POST", SANDBOX, bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(call("POST", SANDBOX, "{\"name\":\"taken\"}").statusCode()).isEqualTo(200);
    assertRefused(
        409,
        "Sandbox with name taken already exists",
        call("POST", SANDBOX, "{\"name\":\"taken\"}"));
    assertThat(standIn.sandboxes()).hasSize(1);
  }

  @Test
  void doesNotKnowOtherPaths() throws Exception {
    String id = standIn.create(Map.of());
    for (String path : List.of("/sandbox", "/api", "/api/volumes", SANDBOX + "/" + id + "/fly")) {
      assertThat(call("POST", path, "").statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void saysWhichLimitWasMet() throws Exception {
    standIn.limit(2);
    String id = standIn.create(Map.of());
    get(id);
    get(id);
    assertTooMany("authenticated", get(id));
    assertTooMany("sandbox-create", call("POST", SANDBOX, "{}"));
    assertTooMany("sandbox-lifecycle", act(id, "stop"));
    clock.tick(Duration.ofSeconds(1));
    assertThat(get(id).statusCode()).isEqualTo(200);
    standIn.unlimited();
    standIn.faults().fail(429, 1);
    assertTooMany("sandbox-lifecycle", act(id, "stop"));
    assertThat(act(id, "stop").statusCode()).isEqualTo(200);
  }

  private static void assertTooMany(String limit, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("X-RateLimit-Remaining-" + limit)).hasValue("0");
    assertThat(answer.headers().firstValue("X-RateLimit-Limit-" + limit)).isPresent();
    assertThat(answer.headers().firstValue("X-RateLimit-Reset-" + limit)).hasValue("1");
    assertThat(answer.headers().firstValue("Retry-After-" + limit)).hasValue("1");
  }

  @Test
  void hasCreatedWhatItNeverAnswered() throws Exception {
    standIn.faults().slow(Duration.ofHours(1));
    assertThatThrownBy(() -> call("POST", SANDBOX, "{\"labels\":{\"machineId\":\"m-1\"}}"))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(standIn.created("machineId", "m-1")).isOne();
  }

  @Test
  void canBeWatchedAndChangedOverHttp() throws Exception {
    String id = standIn.create(Map.of("machineId", "m-1"));
    assertThat(browser.put("/_standin/sandboxes/" + id, "{\"state\":\"error\"}").statusCode())
        .isEqualTo(200);
    assertThat(browser.get("/_standin/sandboxes").body())
        .contains("\"state\":\"error\"")
        .contains("\"labels\":{\"machineId\":\"m-1\"}");
    assertThat(browser.put("/_standin/transitions", "{\"take\":\"PT1H\"}").statusCode())
        .isEqualTo(200);
    assertThat(browser.put("/_standin/limit", "{\"perSecond\":1}").statusCode()).isEqualTo(200);
    assertThat(call("DELETE", SANDBOX + "/" + id, "").statusCode()).isEqualTo(200);
    assertThat(standIn.state(id)).contains("destroying");
    assertThat(get(id).statusCode()).isEqualTo(429);
    assertThat(browser.put("/_standin/limit", "{}").statusCode()).isEqualTo(200);
    assertThat(get(id).statusCode()).isEqualTo(200);
    for (String path : List.of("sandboxes/x", "transitions", "limit")) {
      HttpResponse<String> refused = browser.put("/_standin/" + path, "{\"x\":1}");
      assertThat(refused.statusCode()).as(path).isEqualTo(400);
      assertThat(refused.body()).contains("legal: ");
    }
  }

  private HttpResponse<String> get(String id) throws Exception {
    return call("GET", SANDBOX + "/" + id, "");
  }

  private HttpResponse<String> act(String id, String verb) throws Exception {
    return call("POST", SANDBOX + "/" + id + "/" + verb, "");
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    return browser.call(method, path, body, "Authorization", "Bearer " + DaytonaStandIn.API_KEY);
  }

  private String stateOf(String id) throws Exception {
    return json(get(id)).path("state").asText();
  }

  private static String labels(String json) {
    return "?labels=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  private static void assertRefused(int status, String message, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer).path("statusCode").asInt()).isEqualTo(status);
    assertThat(json(answer).path("message").asText()).isEqualTo(message);
  }

  private static ObjectNode json(HttpResponse<String> answer) {
    return Json.readObject(answer.body()).orElseThrow();
  }
}
