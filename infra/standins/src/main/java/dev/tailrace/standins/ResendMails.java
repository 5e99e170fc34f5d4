package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The mails that were sent, and those that came in; the newest ten thousand of each. What happens
 * to them is told to the webhooks, without the texts.
 */
final class ResendMails {

  private static final int KEPT = 10_000;

  private final Clock clock;
  private final SvixWebhooks webhooks;
  private final Map<String, ResendEmail> sent = new LinkedHashMap<>();
  private final Map<String, ObjectNode> received = new LinkedHashMap<>();

  ResendMails(Clock clock, SvixWebhooks webhooks) {
    this.clock = clock;
    this.webhooks = webhooks;
  }

  /** Sends what was checked, and answers its id. */
  synchronized String send(ObjectNode body) {
    String id = UUID.randomUUID().toString();
    keep(
        sent,
        id,
        new ResendEmail(
            id,
            body.path("from").asText(),
            ResendPayload.addresses(body.path("to")).stream().map(JsonNode::asText).toList(),
            body.path("subject").asText(),
            ResendPayload.text(body.path("html")),
            ResendPayload.text(body.path("text")),
            clock.instant()));
    return id;
  }

  synchronized List<ResendEmail> sent() {
    return List.copyOf(sent.values());
  }

  /**
   * Tells what became of a mail that was sent; {@code more} is what only this status has.
   *
   * @return false when no such mail was sent
   */
  synchronized boolean tell(String id, String status, ObjectNode more) {
    ResendEmail mail = sent.get(id);
    if (mail == null) {
      return false;
    }
    ObjectNode data =
        Json.object()
            .put("email_id", id)
            .put("created_at", IsoMillis.of(mail.at()))
            .put("from", mail.from())
            .put("subject", mail.subject());
    ArrayNode to = data.putArray("to");
    mail.to().forEach(to::add);
    data.setAll(more);
    tell("email." + status, data);
    return true;
  }

  /** Takes a mail in, tells of it, and answers its id. */
  synchronized String receive(ResendIncoming mail) {
    String id = UUID.randomUUID().toString();
    String messageId = mail.headers().getOrDefault("message-id", "<" + id + "@standin.local>");
    ObjectNode metadata =
        Json.object()
            .put("created_at", IsoMillis.of(clock.instant()))
            .put("from", mail.from())
            .put("message_id", messageId)
            .put("subject", mail.subject());
    mail.to().forEach(metadata.putArray("to")::add);
    mail.cc().forEach(metadata.putArray("cc")::add);
    metadata.putArray("bcc");
    metadata.putArray("attachments");
    keep(received, id, whole(id, messageId, mail, metadata));
    ObjectNode data = Json.object().put("email_id", id);
    data.setAll(metadata);
    tell("email.received", data);
    return id;
  }

  /** A mail that came in, with its text. */
  synchronized Optional<ObjectNode> received(String id) {
    return Optional.ofNullable(received.get(id));
  }

  ObjectNode json() {
    ArrayNode list = Json.array();
    sent()
        .forEach(
            mail -> {
              ObjectNode json =
                  list.addObject()
                      .put("id", mail.id())
                      .put("at", IsoMillis.of(mail.at()))
                      .put("from", mail.from())
                      .put("subject", mail.subject());
              mail.to().forEach(json.putArray("to")::add);
              mail.html().ifPresent(html -> json.put("html", html));
              mail.text().ifPresent(text -> json.put("text", text));
            });
    return Json.object().set("sent", list);
  }

  private static ObjectNode whole(
      String id, String messageId, ResendIncoming mail, ObjectNode metadata) {
    ObjectNode whole = Json.object().put("object", "email").put("id", id);
    whole.setAll(metadata.deepCopy());
    whole.putArray("reply_to");
    mail.html().ifPresentOrElse(html -> whole.put("html", html), () -> whole.putNull("html"));
    mail.text().ifPresentOrElse(text -> whole.put("text", text), () -> whole.putNull("text"));
    ObjectNode headers = whole.putObject("headers");
    headers.put("message-id", messageId);
    mail.headers().forEach(headers::put);
    return whole.putNull("raw");
  }

  private void tell(String type, ObjectNode data) {
    webhooks.tell(
        type,
        Json.object()
            .put("type", type)
            .put("created_at", IsoMillis.of(clock.instant()))
            .set("data", data));
  }

  private static <T> void keep(Map<String, T> newest, String id, T mail) {
    newest.put(id, mail);
    if (newest.size() > KEPT) {
      newest.remove(newest.keySet().iterator().next());
    }
  }
}
