package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The paths under {@code /_standin/} that only a daemon's stand-in has: what it got, how it answers
 * and whether it checks lanes.
 */
final class DaemonControl {

  private static final String LEGAL =
      """
      legal: {"answer":"short"}, {"answer":"endless"}, {"answer":100000} bytes, {"checkLanes":true}, \
      {"retryAfter":"PT2S"}""";

  private DaemonControl() {}

  static Optional<Reply> answer(Request request, DaemonApi api, DaemonInbox inbox) {
    if (request.is("GET", "_standin", "deliveries")) {
      return Optional.of(Reply.Answer.json(200, deliveries(inbox)));
    }
    if (request.is("PUT", "_standin", "daemon")) {
      ObjectNode body = Json.readObject(request.body().text()).orElseGet(Json::object);
      return Optional.of(
          body.size() == 1 && change(body, api, inbox)
              ? Reply.Answer.json(200, body)
              : ControlPaths.refusal(400, LEGAL));
    }
    return Optional.empty();
  }

  private static boolean change(ObjectNode body, DaemonApi api, DaemonInbox inbox) {
    String name = body.fieldNames().next();
    JsonNode value = body.path(name);
    try {
      switch (name) {
        case "answer" -> api.answers(answer(value));
        case "checkLanes" -> inbox.checkLanes(value.asBoolean());
        case "retryAfter" -> api.retryAfter(Duration.parse(value.asText()));
        default -> {
          return false;
        }
      }
      return true;
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return false;
    }
  }

  private static DaemonAnswer answer(JsonNode value) {
    return switch (value.asText()) {
      case "short" -> new DaemonAnswer.Brief();
      case "endless" -> new DaemonAnswer.Endless();
      default -> new DaemonAnswer.Large(value.asLong());
    };
  }

  private static ObjectNode deliveries(DaemonInbox inbox) {
    ArrayNode list = Json.array();
    for (DaemonDelivery delivery : inbox.received()) {
      ObjectNode json =
          list.addObject()
              .put("webhookId", delivery.webhookId())
              .put("path", delivery.path())
              .put("conversation", delivery.conversation())
              .put("at", IsoMillis.of(delivery.at()))
              .put("status", delivery.status())
              .put("bytes", Body.of(delivery.body()).bytes().length);
      delivery.laneSeq().ifPresent(seq -> json.put("laneSeq", seq));
    }
    return Json.object()
        .put("taken", inbox.taken().size())
        .put("duplicates", inbox.duplicates().size())
        .set("received", list);
  }
}
