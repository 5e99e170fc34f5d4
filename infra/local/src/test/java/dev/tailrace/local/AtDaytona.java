package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Daytona and the daemons in its sandboxes, whose stand-ins they are here. */
final class AtDaytona {

  private final String url;
  private final HttpClient http;

  AtDaytona(String url, HttpClient http) {
    this.url = url;
    this.http = http;
  }

  /** What a machine's daemon has got. */
  record Got(List<String> ids, List<String> paths, int taken) {

    Got {
      ids = List.copyOf(ids);
      paths = List.copyOf(paths);
    }
  }

  /** What the daemon of a machine took, each event once, in the order in which it came first. */
  Got got(String machine) throws IOException, InterruptedException {
    JsonNode told = send("GET", daemon(machine, "deliveries"), "");
    var ids = new ArrayList<String>();
    var paths = new ArrayList<String>();
    for (JsonNode delivery : told.path("received")) {
      String id = delivery.path("webhookId").asText();
      if (delivery.path("status").asInt() == 200 && !ids.contains(id)) {
        ids.add(id);
        paths.add(delivery.path("path").asText());
      }
    }
    return new Got(ids, paths, told.path("taken").asInt());
  }

  /** A daemon misbehaves from now on. */
  void daemonFaults(String machine, String fault) throws IOException, InterruptedException {
    send("PUT", daemon(machine, "faults"), fault);
  }

  /** Daytona itself misbehaves from now on. */
  void faults(String fault) throws IOException, InterruptedException {
    send("PUT", "/_standin/faults", fault);
  }

  /** Puts a sandbox there, in this state. */
  void put(String sandbox, String state) throws IOException, InterruptedException {
    send("PUT", "/_standin/sandboxes/" + sandbox, "{\"state\":\"" + state + "\"}");
  }

  String state(String sandbox) throws IOException, InterruptedException {
    return StreamSupport.stream(
            send("GET", "/_standin/sandboxes", "").path("sandboxes").spliterator(), false)
        .filter(told -> told.path("id").asText().equals(sandbox))
        .map(told -> told.path("state").asText())
        .findFirst()
        .orElse("unknown there");
  }

  /** How often Daytona has agreed to archive a sandbox. */
  long archivals(String sandbox) throws IOException, InterruptedException {
    return StreamSupport.stream(
            send("GET", "/_standin/requests", "").path("requests").spliterator(), false)
        .filter(request -> request.path("path").asText().endsWith("/" + sandbox + "/archive"))
        .filter(request -> request.path("status").asInt() == 200)
        .count();
  }

  private static String daemon(String machine, String what) {
    return "/_standin/machines/" + machine + "/" + what;
  }

  private JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }
}
