package dev.tailrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.standins.SlackSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * A message in Slack: a machine is made for a project, serves it, and gets what is written in the
 * project's workspace.
 */
final class MachineJourney {

  private static final String PROJECT = "prj_demo";
  private static final String TEAM = "T0DEMO";

  private final Whereabouts whereabouts;
  private final Sights sights;
  private final Terminal terminal;
  private final Clock clock;
  private final HttpClient http = HttpClient.newHttpClient();

  MachineJourney(Whereabouts whereabouts, Sights sights, Terminal terminal, Clock clock) {
    this.whereabouts = whereabouts;
    this.sights = sights;
    this.terminal = terminal;
    this.clock = clock;
  }

  void run() {
    project();
    terminal.line("\nmachine:created, slack:event.received");
    var journey = new Journey(terminal);
    String machine = machine();
    journey.step("POST /rpc/machine.create", machine);
    String created =
        sights.row(
            "the machine is wanted",
            "select id from outbox_event where type = 'machine:created' and aggregate_id = ?",
            machine);
    journey.step(
        "machines · provisionMachine",
        sights.settled("provisionMachine", created).path("outcome").asText());
    String url =
        sights.row(
            "the machine serves its project",
            "select url from machine where id = ? and state = 'active'",
            machine);
    journey.step("its daemon has reported that it is ready", "active at " + url);
    String event = write();
    journey.step("POST /webhooks/slack/events", "outbox " + event);
    JsonNode settled = sights.settled("forwardSlackEvent", event);
    journey.step(
        "forwarding · forwardSlackEvent",
        settled.path("outcome").asText() + "   " + settled.path("detail").asText());
    JsonNode delivery = Sights.await("the daemon has " + event, () -> delivery(machine, event));
    journey.step(
        "the daemon got it at " + delivery.path("path").asText(),
        "conversation " + delivery.path("conversation").asText());
  }

  /** The demo's project, connected to its workspace. */
  private void project() {
    try (PreparedStatement upsert =
        sights
            .database()
            .prepareStatement(
                """
                with owner as (
                  insert into organization (id, name, slug) values ('org_demo', 'Demo', 'demo')
                  on conflict (id) do update set name = excluded.name returning id),
                its_project as (
                  insert into project (id, organization_id, name, slug)
                  select ?, id, 'Demo', 'demo' from owner
                  on conflict (id) do update set name = excluded.name returning id)
                insert into connection (id, project_id, provider, external_id)
                select 'con_demo', id, 'slack', ? from its_project
                on conflict do nothing""")) {
      upsert.setString(1, PROJECT);
      upsert.setString(2, TEAM);
      upsert.executeUpdate();
    } catch (SQLException e) {
      throw new CannotException("the demo's project could not be made: " + e.getMessage(), e);
    }
  }

  private String machine() {
    String input =
        Json.MAPPER
            .createObjectNode()
            .put("projectId", PROJECT)
            .put("name", "demo")
            .put("provider", "daytona")
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(whereabouts.ingestUrl() + "/rpc/machine.create"))
            .header("Authorization", "Bearer " + Pipeline.PLATFORM_TOKEN.text())
            .POST(BodyPublishers.ofString(input))
            .build();
    return answer(request).path("machineId").asText();
  }

  /** Somebody writes in the workspace; answers the event's id. */
  private String write() {
    Instant now = clock.instant();
    String id = "Ev" + Long.toString(clock.millis(), 36);
    ObjectNode told =
        Json.MAPPER
            .createObjectNode()
            .put("type", "event_callback")
            .put("team_id", TEAM)
            .put("event_id", id)
            .put("event_time", now.getEpochSecond());
    told.putObject("event")
        .put("type", "message")
        .put("channel", "C0DEMO")
        .put("user", "U0DEMO")
        .put("text", "Is the oven free?")
        .put("ts", now.getEpochSecond() + ".000100");
    String body = told.toString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(whereabouts.ingestUrl() + "/webhooks/slack/events"))
            .header("X-Slack-Request-Timestamp", Long.toString(now.getEpochSecond()))
            .header(
                "X-Slack-Signature", SlackSignature.header(whereabouts.webhookSecret(), now, body))
            .POST(BodyPublishers.ofString(body))
            .build();
    send(request);
    return sights.row(
        "the receipt is there",
        "select event_id from webhook_receipt where source = 'slack' and dedupe_key = ?",
        id);
  }

  private Optional<JsonNode> delivery(String machine, String event) {
    String path = "/_standin/machines/" + machine + "/deliveries";
    for (JsonNode delivery :
        answer(HttpRequest.newBuilder(URI.create(whereabouts.daytonaUrl() + path)).build())
            .path("received")) {
      if (delivery.path("webhookId").asText().equals(event)) {
        return Optional.of(delivery);
      }
    }
    return Optional.empty();
  }

  private JsonNode answer(HttpRequest request) {
    try {
      return Json.read(send(request));
    } catch (IOException e) {
      throw new CannotException(request.uri() + " answered no JSON", e);
    }
  }

  private String send(HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new CannotException(
            "%s answered %d: %s".formatted(request.uri(), answer.statusCode(), answer.body()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new CannotException(request.uri() + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotException("interrupted", e);
    }
  }
}
