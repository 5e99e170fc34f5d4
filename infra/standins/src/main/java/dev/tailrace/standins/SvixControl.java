package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Optional;

/**
 * The paths under {@code /_standin/} by which a script registers endpoints for Svix's webhooks and
 * loses, repeats, holds, releases and sends webhooks again.
 */
final class SvixControl {

  private static final String LEGAL_ENDPOINT =
      "legal: {\"url\":\"http://127.0.0.1:8080/webhooks/x\",\"secret\":\"whsec_<base64>\"}";
  private static final String LEGAL_SWITCH =
      """
      legal: {"lose":2}, {"repeat":2}, {"hold":true}, {"release":"in-order"}, {"release":"reversed"}""";
  private static final String LEGAL_SEND = "legal: {\"message\":\"msg_...\",\"times\":2}";

  private final SvixWebhooks webhooks;

  SvixControl(SvixWebhooks webhooks) {
    this.webhooks = webhooks;
  }

  Optional<Reply> answer(Request request) {
    if (request.is("GET", "_standin", "webhooks")) {
      return Optional.of(Reply.Answer.json(200, webhooks.json()));
    }
    ObjectNode body = Json.readObject(request.body().text()).orElseGet(Json::object);
    if (request.is("POST", "_standin", "webhooks")) {
      return Optional.of(register(body));
    }
    if (request.is("PUT", "_standin", "webhooks")) {
      return Optional.of(change(body));
    }
    if (request.is("POST", "_standin", "send")) {
      return Optional.of(send(body));
    }
    return Optional.empty();
  }

  private Reply register(ObjectNode body) {
    String url = body.path("url").asText();
    if (!url.matches("https?://\\S+")) {
      return ControlPaths.refusal(400, LEGAL_ENDPOINT);
    }
    try {
      webhooks.register(URI.create(url), body.path("secret").asText());
      return Reply.Answer.json(201, webhooks.json());
    } catch (IllegalArgumentException e) {
      return ControlPaths.refusal(400, LEGAL_ENDPOINT);
    }
  }

  private Reply change(ObjectNode body) {
    if (body.size() != 1) {
      return ControlPaths.refusal(400, LEGAL_SWITCH);
    }
    String name = body.fieldNames().next();
    return apply(name, body.path(name))
        ? Reply.Answer.json(200, webhooks.json())
        : ControlPaths.refusal(400, LEGAL_SWITCH);
  }

  private boolean apply(String name, JsonNode value) {
    return switch (name) {
      case "lose" -> changed(isCount(value), () -> webhooks.lose(value.intValue()));
      case "repeat" -> changed(isCount(value), () -> webhooks.repeat(value.intValue()));
      case "hold" -> changed(value.asBoolean(false), webhooks::hold);
      case "release" ->
          changed(value.asText().equals("in-order"), webhooks::release)
              || changed(value.asText().equals("reversed"), webhooks::releaseReversed);
      default -> false;
    };
  }

  private static boolean isCount(JsonNode value) {
    return value.isInt() && value.intValue() > 0;
  }

  private static boolean changed(boolean legal, Runnable change) {
    if (legal) {
      change.run();
    }
    return legal;
  }

  private Reply send(ObjectNode body) {
    Optional<SvixMessage> message = webhooks.find(body.path("message").asText());
    int times = body.path("times").asInt(1);
    if (message.isEmpty() || times < 1) {
      return ControlPaths.refusal(400, LEGAL_SEND);
    }
    webhooks.send(message.get(), times);
    return Reply.Answer.json(
        202, Json.object().put("message", message.get().id()).put("times", times));
  }
}
