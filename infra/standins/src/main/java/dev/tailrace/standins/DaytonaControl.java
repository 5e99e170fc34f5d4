package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The paths under {@code /_standin/} that only Daytona's stand-in has: its sandboxes, how long
 * changes take, the rate, the webhooks, and the daemons in its sandboxes.
 */
final class DaytonaControl {

  private static final String LEGAL_STATE = "legal: {\"state\":\"archived\"}";
  private static final String LEGAL_TAKE = "legal: {\"take\":\"PT2S\"}";

  private final DaytonaSandboxes sandboxes;
  private final Throttle limit;
  private final SvixControl webhooks;
  private volatile Optional<DaemonHost> host = Optional.empty();

  DaytonaControl(DaytonaSandboxes sandboxes, Throttle limit, SvixWebhooks webhooks) {
    this.sandboxes = sandboxes;
    this.limit = limit;
    this.webhooks = new SvixControl(webhooks);
  }

  /** Also answers for these daemons from now on. */
  void hosts(DaemonHost daemons) {
    host = Optional.of(daemons);
  }

  Optional<Reply> answer(Request request) {
    Optional<Reply> ofDaemon = host.flatMap(daemons -> DaemonHostControl.answer(request, daemons));
    if (ofDaemon.isPresent()) {
      return ofDaemon;
    }
    if (request.is("GET", "_standin", "sandboxes")) {
      return Optional.of(Reply.Answer.json(200, sandboxes.json()));
    }
    ObjectNode body = Json.readObject(request.body().text()).orElseGet(Json::object);
    if (request.is("PUT", "_standin", "sandboxes", "*")) {
      return Optional.of(put(request.segments().get(2), body));
    }
    if (request.is("PUT", "_standin", "transitions")) {
      return Optional.of(take(body));
    }
    if (request.is("PUT", "_standin", "limit")) {
      return Optional.of(limit.change(body));
    }
    return webhooks.answer(request);
  }

  private Reply put(String id, ObjectNode body) {
    String state = body.path("state").asText();
    if (state.isBlank() || id.isBlank()) {
      return ControlPaths.refusal(400, LEGAL_STATE);
    }
    sandboxes.put(id, state);
    return Reply.Answer.json(200, sandboxes.json());
  }

  private Reply take(ObjectNode body) {
    try {
      sandboxes.transitionsTake(Duration.parse(body.path("take").asText()));
      return Reply.Answer.json(200, body);
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return ControlPaths.refusal(400, LEGAL_TAKE);
    }
  }
}
