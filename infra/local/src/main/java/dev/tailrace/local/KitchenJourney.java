package dev.tailrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Channels;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.standins.AblyStandIn;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A task that was claimed on the kitchen board: from an append in SQL to what a subscriber at Ably
 * sees.
 */
final class KitchenJourney {

  private static final String TENANT = "demo";

  private final Whereabouts whereabouts;
  private final Sights sights;
  private final Terminal terminal;
  private final Clock clock;
  private final HttpClient http = HttpClient.newHttpClient();

  KitchenJourney(Whereabouts whereabouts, Sights sights, Terminal terminal, Clock clock) {
    this.whereabouts = whereabouts;
    this.sights = sights;
    this.terminal = terminal;
    this.clock = clock;
  }

  void run() {
    terminal.line("\nkitchen.task.claimed");
    var journey = new Journey(terminal);
    String id = append();
    journey.step("outbox_append() in the caller's transaction", "outbox " + id);
    ConsumerRecord<String, String> record = sights.inTopic("realtime.outbox", id);
    journey.step(Sights.place(record), Sights.seq(record));
    String channel = Channels.channelFor(Sights.header(record, CloudEvents.TENANT));
    JsonNode message = Sights.await(channel + " shows " + id, () -> message(channel, id));
    journey.step("bridge · " + channel, "the subscriber saw " + message.path("name").asText());
    JsonNode settled = sights.settled("publishToBrowsers", id);
    journey.step("bridge · publishToBrowsers", settled.path("outcome").asText());
  }

  private String append() {
    String task = "task-" + Long.toString(clock.millis(), 36);
    try (PreparedStatement append =
        sights
            .database()
            .prepareStatement(
                """
                select id from outbox_append(
                  type => 'kitchen.task.claimed', tenant_id => ?, aggregate_id => ?,
                  payload => jsonb_build_object('taskId', ?, 'employeeId', 'emp-7',
                    'claimedAt', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))""")) {
      append.setString(1, TENANT);
      append.setString(2, task);
      append.setString(3, task);
      try (ResultSet row = append.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    } catch (SQLException e) {
      throw new CannotException("the event could not be appended: " + e.getMessage(), e);
    }
  }

  /** The message with this id, in the channel's history. */
  private Optional<JsonNode> message(String channel, String id) {
    String path =
        "/channels/%s/messages?limit=10"
            .formatted(URLEncoder.encode(channel, StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(whereabouts.ablyUrl() + path))
            .header("Authorization", "Basic " + base64(AblyStandIn.KEY))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      for (JsonNode message : Json.read(answer.body())) {
        if (message.path("id").asText().equals(id)) {
          return Optional.of(message);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new CannotException("Ably's stand-in does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotException("interrupted", e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
