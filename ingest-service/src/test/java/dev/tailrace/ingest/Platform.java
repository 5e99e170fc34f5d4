package dev.tailrace.ingest;

import static dev.tailrace.ingest.RunningIngest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Users, organisations and machines, made by the calls that make them, and what they emitted. */
record Platform(RunningIngest ingest) {

  String user() throws Exception {
    return made(
        "user.create",
        "userId",
        Map.of("email", word() + "@example.com", "name", "Ada", "signupMethod", "google"));
  }

  String organization() throws Exception {
    return organization(user());
  }

  String organization(String owner) throws Exception {
    return made(
        "organization.create",
        "organizationId",
        Map.of("name", "Acme", "slug", word(), "ownerUserId", owner));
  }

  String project(String organization) throws Exception {
    return made(
        "project.create",
        "projectId",
        Map.of("organizationId", organization, "name", "Agent", "slug", word()));
  }

  String machine(String project) throws Exception {
    return made(
        "machine.create",
        "machineId",
        Map.of("projectId", project, "name", "m", "provider", "daytona"));
  }

  HttpResponse<String> ready(String machine) throws Exception {
    return ready(machine, ingest.token(new Grant.Daemon(machine)));
  }

  HttpResponse<String> ready(String machine, TokenText token) throws Exception {
    return ingest.call(
        "machine.reportStatus", Json.write(Map.of("machineId", machine, "status", "ready")), token);
  }

  /** Calls as the platform; the call must succeed. */
  String made(String procedure, String id, Map<String, ?> input) throws Exception {
    HttpResponse<String> answer = ingest.call(procedure, Json.write(input));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).path(id).asText();
  }

  /** The payloads of this type, about this aggregate, in the order of their append. */
  List<JsonNode> events(String type, String aggregateId) {
    return ingest
        .database()
        .strings(
            "select payload from outbox_event where type = ? and aggregate_id = ? order by id",
            type,
            aggregateId)
        .stream()
        .map(Platform::parsed)
        .toList();
  }

  /** The types of the events that the work appends, in their order. */
  List<String> eventsOf(Callable<?> work) throws Exception {
    List<String> before = ids();
    work.call();
    return ingest.database().rows("select id::text, type from outbox_event order by id").stream()
        .filter(row -> !before.contains(row.get("id")))
        .map(row -> String.valueOf(row.get("type")))
        .toList();
  }

  /** The one row of this table with this id. */
  Map<String, @Nullable Object> row(String table, String id) {
    return ingest.database().rows("select * from " + table + " where id = ?", id).getFirst();
  }

  private List<String> ids() {
    return ingest.database().strings("select id from outbox_event");
  }

  static String word() {
    return "w" + UUID.randomUUID().toString().replace("-", "");
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
