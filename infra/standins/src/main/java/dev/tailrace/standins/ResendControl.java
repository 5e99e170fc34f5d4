package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths under {@code /_standin/} that only Resend's stand-in has: what was sent, mails that
 * come in, what becomes of those that went out, the rate, and the webhooks.
 */
final class ResendControl {

  private static final String LEGAL_MAIL =
      """
      legal: {"from":"ann@example.com","to":["agent@in.example"],"subject":"Hello","text":"..."} \
      with optional "cc", "html" and "headers\"""";
  private static final String LEGAL_STATUS =
      """
      legal: {"email_id":"...","status":"delivered"}, a bounced one with "reason\"""";

  private final ResendMails mails;
  private final Throttle limit;
  private final SvixControl webhooks;

  ResendControl(ResendMails mails, Throttle limit, SvixWebhooks webhooks) {
    this.mails = mails;
    this.limit = limit;
    this.webhooks = new SvixControl(webhooks);
  }

  /** What Resend says of a mail that bounced. */
  static ObjectNode bounce(String reason) {
    ObjectNode more = Json.object();
    more.putObject("bounce")
        .put("message", reason)
        .put("subType", "General")
        .put("type", "Permanent");
    return more;
  }

  Optional<Reply> answer(Request request) {
    if (request.is("GET", "_standin", "emails")) {
      return Optional.of(Reply.Answer.json(200, mails.json()));
    }
    ObjectNode body = Json.readObject(request.body().text()).orElseGet(Json::object);
    if (request.is("POST", "_standin", "receive")) {
      return Optional.of(receive(body));
    }
    if (request.is("POST", "_standin", "status")) {
      return Optional.of(status(body));
    }
    if (request.is("PUT", "_standin", "limit")) {
      return Optional.of(limit.change(body));
    }
    return webhooks.answer(request);
  }

  private Reply receive(ObjectNode body) {
    Map<String, String> headers = new HashMap<>();
    body.path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    try {
      String id =
          mails.receive(
              new ResendIncoming(
                  body.path("from").asText(),
                  texts(body.path("to")),
                  texts(body.path("cc")),
                  body.path("subject").asText(),
                  ResendPayload.text(body.path("html")),
                  ResendPayload.text(body.path("text")),
                  headers));
      return Reply.Answer.json(201, Json.object().put("email_id", id));
    } catch (IllegalArgumentException e) {
      return ControlPaths.refusal(400, LEGAL_MAIL);
    }
  }

  private Reply status(ObjectNode body) {
    String status = body.path("status").asText();
    ObjectNode more =
        status.equals("bounced") ? bounce(body.path("reason").asText()) : Json.object();
    return !status.isBlank() && mails.tell(body.path("email_id").asText(), status, more)
        ? Reply.Answer.json(202, body)
        : ControlPaths.refusal(400, LEGAL_STATUS);
  }

  private static List<String> texts(JsonNode field) {
    return ResendPayload.addresses(field).stream().map(JsonNode::asText).toList();
  }
}
