package dev.tailrace.ingest;

import static dev.tailrace.ingest.RunningIngest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each procedure: its rows, its events, the event that tells of it, and what it refuses. */
class ProceduresIT {

  private static RunningIngest ingest;
  private static Platform platform;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
    platform = new Platform(ingest);
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void createsAUserAndTellsOfIt() throws Exception {
    String email = Platform.word() + "@Example.com";
    String id =
        platform.made(
            "user.create",
            "userId",
            Map.of("email", email, "name", "Ada", "signupMethod", "slack"));
    assertThat(id).matches("usr_[0-9a-f]{32}");
    assertThat(platform.row("app_user", id)).containsEntry("email", email);
    assertThat(platform.events("user:created", id).getFirst().toString())
        .isEqualTo(
            "{\"userId\":\"%s\",\"email\":\"%s\",\"name\":\"Ada\",\"signupMethod\":\"slack\"}"
                .formatted(id, email));
    JsonNode told = platform.events("rpc:user.create", id).getFirst();
    assertThat(told.path("input").path("email").asText()).isEqualTo(email);
    assertThat(told.path("output").path("userId").asText()).isEqualTo(id);
  }

  @Test
  void refusesAnEmailThatIsTakenHoweverItIsSpelled() throws Exception {
    String word = Platform.word();
    String input = "{\"email\":\"%s@example.com\",\"name\":\"Ada\",\"signupMethod\":\"x\"}";
    assertThat(ingest.call("user.create", input.formatted(word)).statusCode()).isEqualTo(200);
    assertRefused(
        ingest.call("user.create", input.formatted(word.toUpperCase(Locale.ROOT))), 409, "/email");
  }

  @Test
  void createsAnOrganizationWithItsOwner() throws Exception {
    String owner = platform.user();
    String id = platform.organization(owner);
    assertThat(id).startsWith("org_");
    assertThat(
            ingest
                .database()
                .strings(
                    "select user_id || ' ' || role from membership where organization_id = ?", id))
        .containsExactly(owner + " owner");
    JsonNode event = platform.events("organization:created", id).getFirst();
    assertThat(event.path("createdByUserId").asText()).isEqualTo(owner);
    assertThat(
            ingest
                .database()
                .strings("select distinct tenant_id from outbox_event where aggregate_id = ?", id))
        .containsExactly(id);
    assertThat(platform.events("rpc:organization.create", id)).hasSize(1);
  }

  @Test
  void leavesNothingOfARefusedOrganization() throws Exception {
    String owner = platform.user();
    String slug = Platform.word();
    String input = "{\"name\":\"A\",\"slug\":\"%s\",\"ownerUserId\":\"%s\"}";
    assertThat(ingest.call("organization.create", input.formatted(slug, owner)).statusCode())
        .isEqualTo(200);
    long events = ingest.database().count("select count(*) from outbox_event");
    assertRefused(ingest.call("organization.create", input.formatted(slug, owner)), 409, "/slug");
    assertRefused(
        ingest.call("organization.create", input.formatted(Platform.word(), "usr_none")),
        404,
        "/ownerUserId");
    assertThat(ingest.database().count("select count(*) from outbox_event")).isEqualTo(events);
    assertThat(ingest.database().count("select count(*) from organization where slug = ?", slug))
        .isOne();
  }

  @Test
  void createsAProjectAndEmitsNothingButTheCall() throws Exception {
    String organization = platform.organization();
    assertThat(platform.eventsOf(() -> platform.project(organization)))
        .containsExactly("rpc:project.create");
    String slug = Platform.word();
    String input = "{\"organizationId\":\"%s\",\"name\":\"P\",\"slug\":\"%s\"}";
    assertThat(ingest.call("project.create", input.formatted(organization, slug)).statusCode())
        .isEqualTo(200);
    assertRefused(ingest.call("project.create", input.formatted(organization, slug)), 409, "/slug");
    assertRefused(
        ingest.call("project.create", input.formatted("org_none", slug)), 404, "/organizationId");
    assertThat(
            ingest
                .call("project.create", input.formatted(platform.organization(), slug))
                .statusCode())
        .as("another organisation has slugs of its own")
        .isEqualTo(200);
  }

  @Test
  void createsAMachineThatIsStarting() throws Exception {
    String organization = platform.organization();
    String project = platform.project(organization);
    String id =
        platform.made(
            "machine.create",
            "machineId",
            Map.of(
                "projectId",
                project,
                "name",
                "first",
                "provider",
                "daytona",
                "metadata",
                Map.of("region", "eu")));
    assertThat(platform.row("machine", id))
        .containsEntry("state", "starting")
        .containsEntry("project_id", project);
    JsonNode event = platform.events("machine:created", id).getFirst();
    assertThat(event.path("organizationId").asText()).isEqualTo(organization);
    assertThat(event.path("metadata").toString()).isEqualTo("{\"region\":\"eu\"}");
    assertRefused(
        ingest.call(
            "machine.create",
            "{\"projectId\":\"prj_none\",\"name\":\"m\",\"provider\":\"daytona\"}"),
        404,
        "/projectId");
    assertRefused(
        ingest.call(
            "machine.create",
            Json.write(
                Map.of(
                    "projectId", project,
                    "name", "m",
                    "provider", "daytona",
                    "createdByUserId", "usr_none"))),
        404,
        "/createdByUserId");
  }

  @Test
  void asksForAMachineToBeArchived() throws Exception {
    String machine = platform.machine(platform.project(platform.organization()));
    String input = Json.write(Map.of("machineId", machine, "reason", "too old"));
    assertThat(ingest.call("machine.archive", input).statusCode()).isEqualTo(200);
    JsonNode event = platform.events("machine:archive.requested", machine).getFirst();
    assertThat(event.toString())
        .isEqualTo(
            "{\"machineId\":\"%s\",\"provider\":\"daytona\",\"reason\":\"too old\"}"
                .formatted(machine));
    ingest.database().execute("update machine set state = 'archived' where id = ?", machine);
    assertThat(ingest.call("machine.archive", input).statusCode()).isEqualTo(409);
    assertRefused(
        ingest.call("machine.archive", "{\"machineId\":\"mch_none\",\"reason\":\"x\"}"),
        404,
        "/machineId");
  }

  @Test
  void createsACheckoutThatOnlyItsOrganizationSees() throws Exception {
    String organization = platform.organization();
    String checkout =
        platform.made("billing.createCheckout", "checkoutId", checkoutOf(organization));
    assertThat(platform.row("checkout", checkout)).containsEntry("state", "pending");
    JsonNode event = platform.events("billing:checkout:initiated", organization).getFirst();
    assertThat(event.path("checkoutId").asText()).isEqualTo(checkout);
    assertThat(event.path("organizationName").asText()).isEqualTo("Acme");

    assertThat(getCheckout(organization, checkout).body()).isEqualTo("{\"status\":\"pending\"}");
    ingest
        .database()
        .execute("update checkout set state = 'ready', url = 'https://pay' where id = ?", checkout);
    assertThat(getCheckout(organization, checkout).body())
        .isEqualTo("{\"status\":\"ready\",\"url\":\"https://pay\"}");
    assertRefused(getCheckout(platform.organization(), checkout), 404, "/checkoutId");
    assertThat(
            ingest
                .database()
                .count("select count(*) from outbox_event where type = 'rpc:billing.getCheckout'"))
        .isZero();
    assertRefused(
        ingest.call("billing.createCheckout", Json.write(checkoutOf("org_none"))),
        404,
        "/organizationId");
  }

  private static Map<String, String> checkoutOf(String organization) {
    return Map.of(
        "organizationId", organization,
        "email", "pay@example.com",
        "successUrl", "https://app.example.com/ok?x=1",
        "cancelUrl", "http://localhost:3000/no");
  }

  private static HttpResponse<String> getCheckout(String organization, String checkout)
      throws Exception {
    return ingest.call(
        "billing.getCheckout",
        Json.write(Map.of("organizationId", organization, "checkoutId", checkout)));
  }

  @Test
  void createsAnEstateAndAsksForItsBuild() throws Exception {
    String owner = platform.user();
    String estate = platform.made("estate.create", "estateId", Map.of("ownerUserId", owner));
    assertThat(platform.row("estate", estate)).containsEntry("owner_user_id", owner);
    assertThat(platform.events("estate:created", estate)).hasSize(1);
    String build = platform.made("estate.build", "buildId", Map.of("estateId", estate));
    assertThat(platform.events("estate:build:created", estate).getFirst().path("buildId").asText())
        .isEqualTo(build);
    assertRefused(
        ingest.call("estate.create", "{\"ownerUserId\":\"usr_none\"}"), 404, "/ownerUserId");
    assertRefused(ingest.call("estate.build", "{\"estateId\":\"est_none\"}"), 404, "/estateId");
  }

  @Test
  void pokesWithPostgressTime() throws Exception {
    String before =
        ingest.database().strings("select clock_timestamp() - interval '1 s'").getFirst();
    String dbtime = platform.made("testing.poke", "dbtime", Map.of("message", "hello"));
    assertThat(
            ingest
                .database()
                .count("select (?::timestamptz > ?::timestamptz)::int", dbtime, before))
        .isOne();
    JsonNode event = platform.events("testing:poke", "poke").getLast();
    assertThat(event.path("dbtime").asText()).isEqualTo(dbtime);
    assertThat(event.path("message").asText()).isEqualTo("hello");
  }

  @Test
  void carriesTheTraceOfItsRequest() throws Exception {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ingest.send(
        ingest
            .rpc("testing.poke", "{\"message\":\"traced\"}", RunningIngest.PLATFORM)
            .header("traceparent", trace));
    assertThat(
            ingest
                .database()
                .strings(
                    "select type from outbox_event where headers::jsonb->>'traceparent' = ? order by id",
                    trace))
        .containsExactly("testing:poke", "rpc:testing.poke");
  }

  @Test
  void aTenantsTokenActsForItsTenantAlone() throws Exception {
    String own = platform.organization();
    String other = platform.organization();
    var token = ingest.token(new Grant.Platform(Optional.of(own)));
    String input = "{\"organizationId\":\"%s\",\"name\":\"P\",\"slug\":\"s\"}";
    assertThat(ingest.call("project.create", input.formatted(own), token).statusCode())
        .isEqualTo(200);
    HttpResponse<String> answer = ingest.call("project.create", input.formatted(other), token);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("the token may act for " + own + " alone");
    assertThat(
            ingest
                .database()
                .count("select count(*) from project where organization_id = ?", other))
        .isZero();
    String user = "{\"email\":\"limited@example.com\",\"name\":\"A\",\"signupMethod\":\"x\"}";
    assertThat(ingest.call("user.create", user, token).statusCode()).isEqualTo(403);
  }

  @Test
  void tellsEverythingThatIsWrongWithAnInput() throws Exception {
    HttpResponse<String> answer =
        ingest.call("organization.create", "{\"name\":\" \",\"slugg\":\"x\",\"ownerUserId\":7}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    var paths = json(answer).path("errors").findValuesAsText("path");
    assertThat(paths).containsExactlyInAnyOrder("/name", "/slug", "/slugg", "/ownerUserId");
    assertThat(answer.body()).contains("unknown; did you mean slug?");
  }

  @Test
  void refusesWhatIsNoJsonAndWhatIsTooMuch() throws Exception {
    assertThat(ingest.call("testing.poke", "{").statusCode()).isEqualTo(400);
    assertThat(ingest.call("testing.poke", "[]").statusCode()).isEqualTo(400);
    assertThat(ingest.call("testing.poke", "").statusCode()).isEqualTo(400);
    String tooMuch = "{\"message\":\"%s\"}".formatted("x".repeat(RpcEndpoint.BODY_LIMIT));
    assertThat(ingest.call("testing.poke", tooMuch).statusCode()).isEqualTo(413);
    assertThat(ingest.call("testing.pook", "{}").statusCode()).isEqualTo(404);
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String path)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).path("errors").findValuesAsText("path")).isEqualTo(List.of(path));
  }
}
