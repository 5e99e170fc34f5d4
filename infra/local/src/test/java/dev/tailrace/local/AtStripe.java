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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What people and the platform do at Stripe, whose stand-in it is here. */
final class AtStripe {

  private final String url;
  private final HttpClient http;
  private final Set<String> seen = new HashSet<>();

  AtStripe(String url, HttpClient http) {
    this.url = url;
    this.http = http;
  }

  /** Pays on the session's page; answers the subscription that comes of it. */
  String complete(String session) throws IOException, InterruptedException {
    return send("POST", "/_standin/checkout", "{\"session\":\"" + session + "\"}")
        .path("subscription")
        .asText();
  }

  /** One step of a subscription's life: pay, fail, update, pause, resume or cancel. */
  void take(String step, String subscription) throws IOException, InterruptedException {
    String path = "/v1/subscriptions/" + subscription;
    switch (step) {
      case "pay" -> invoice(subscription, "paid");
      case "fail" -> invoice(subscription, "failed");
      case "update" -> send("POST", path, "cancel_at_period_end=true");
      case "pause" -> send("POST", path + "/pause", "type=subscription");
      case "resume" -> send("POST", path + "/resume", "");
      case "cancel" -> send("DELETE", path, "");
      default -> throw new IllegalArgumentException(step);
    }
  }

  private void invoice(String subscription, String outcome)
      throws IOException, InterruptedException {
    send(
        "POST",
        "/_standin/invoices",
        "{\"subscription\":\"%s\",\"outcome\":\"%s\"}".formatted(subscription, outcome));
  }

  void faults(String json) throws IOException, InterruptedException {
    send("PUT", "/_standin/faults", json);
  }

  /** The customer's events that were not asked for before, the oldest first. */
  synchronized List<String> newEvents(String customer) throws IOException, InterruptedException {
    var news = new ArrayList<String>();
    for (JsonNode event : all("/v1/events?limit=100").reversed()) {
      JsonNode object = event.at("/data/object");
      boolean isTheirs =
          object.path("customer").asText().equals(customer)
              || object.path("id").asText().equals(customer);
      if (isTheirs && seen.add(event.path("id").asText())) {
        news.add(event.toString());
      }
    }
    return news;
  }

  List<String> customersOf(String organization) throws IOException, InterruptedException {
    return ids(
        "/v1/customers?limit=100",
        each -> each.at("/metadata/organization_id").asText().equals(organization));
  }

  List<String> sessionsOf(String customer) throws IOException, InterruptedException {
    return ids("/v1/checkout/sessions?limit=100&customer=" + customer, each -> true);
  }

  private List<String> ids(String path, Predicate<JsonNode> which)
      throws IOException, InterruptedException {
    return all(path).stream().filter(which).map(each -> each.path("id").asText()).toList();
  }

  /** All pages of a list, which comes the newest first. */
  private List<JsonNode> all(String path) throws IOException, InterruptedException {
    var all = new ArrayList<JsonNode>();
    JsonNode page;
    do {
      String after = all.isEmpty() ? "" : "&starting_after=" + all.getLast().path("id").asText();
      page = send("GET", path + after, "");
      page.path("data").forEach(all::add);
    } while (page.path("has_more").asBoolean());
    return all;
  }

  private JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer sk_test_life")
                .header(
                    "Content-Type",
                    body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode())
        .as("%s %s: %s", method, path, answer.body())
        .isBetween(200, 299);
    return Json.read(answer.body());
  }
}
