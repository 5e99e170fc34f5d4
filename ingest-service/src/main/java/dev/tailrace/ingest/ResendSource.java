package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.ResendEvent;
import dev.tailrace.contracts.event.ResendEvent.Attachment;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.ingest.Delivery.About;
import dev.tailrace.ingest.Delivery.Told;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Resend: {@code POST /webhooks/resend}, signed as Standard Webhooks are.
 *
 * <p>It tells of mails that came in, of what became of those that went out, and of contacts and
 * domains. No text of a mail goes on from here, not even one that a new type of event may carry.
 */
final class ResendSource implements WebhookSource {

  private static final String MAIL = "email.";

  private static final String RECIPIENT = Catalogue.of(EmailReceived.class).aggregateType();
  private static final Owner UNOWNED = new Owner.Nobody("resend/platform");

  /** What a mail's text is called in Resend's API. */
  private static final Set<String> TEXTS_OF_MAILS = Set.of("html", "text");

  private final StandardSignature signature;
  private final int bodyLimit;

  ResendSource(Keys keys, int bodyLimit, Clock clock) {
    this.signature = new StandardSignature(keys, clock);
    this.bodyLimit = bodyLimit;
  }

  @Override
  public String name() {
    return "resend";
  }

  @Override
  public String route() {
    return "/webhooks/resend";
  }

  @Override
  public int bodyLimit() {
    return bodyLimit;
  }

  @Override
  public Verification verify(Headers headers, Body body) {
    return signature.verify(headers, body);
  }

  @Override
  public Answer accepted() {
    return Answer.empty(200);
  }

  @Override
  public Reading read(Headers headers, Body body) {
    Optional<String> delivery = StandardSignature.id(headers);
    return delivery.isPresent()
        ? ForeignJson.read(body, json -> meaning(delivery.get(), body, json))
        : SignatureCheck.missing();
  }

  private Reading meaning(String delivery, Body body, JsonNode json) {
    Optional<String> type = ForeignJson.text(json.path("type"));
    if (type.isEmpty() || !(json instanceof ObjectNode told)) {
      return Rejected.malformed("the body is no event of Resend");
    }
    Optional<Instant> at = ForeignJson.instant(told.path("created_at"));
    if (at.isEmpty()) {
      return Rejected.malformed("the event does not say when it was created");
    }
    return type.get().startsWith(MAIL) && !type.get().substring(MAIL.length()).isBlank()
        ? mail(delivery, type.get().substring(MAIL.length()), told.path("data"), at.get(), body)
        : other(delivery, type.get(), told, at.get(), body);
  }

  private Reading mail(String delivery, String status, JsonNode data, Instant at, Body body) {
    Optional<String> id = ForeignJson.id(data.path("email_id"));
    if (id.isEmpty()) {
      return Rejected.malformed("the event names no mail");
    }
    return status.equals("received")
        ? received(delivery, id.get(), data, at, body)
        : new Delivery(
            name(),
            delivery,
            UNOWNED,
            new EmailStatus(id.get(), status, reason(data)),
            at,
            body,
            Optional.empty());
  }

  private Reading received(String delivery, String id, JsonNode data, Instant at, Body body) {
    Optional<String> from = ForeignJson.text(data.path("from"));
    List<String> recipients =
        Stream.of("to", "cc", "bcc")
            .flatMap(field -> texts(data.path(field)).stream())
            .map(MailAddress::bare)
            .toList();
    if (from.isEmpty() || recipients.isEmpty()) {
      return Rejected.malformed("the mail has no sender or no recipient");
    }
    String sender = MailAddress.bare(from.get());
    String recipient = MailAddress.telling(recipients);
    if (Math.max(sender.length(), recipient.length()) > ForeignJson.LONGEST_ID) {
      return Rejected.malformed("an address is too long");
    }
    var received =
        new EmailReceived(
            id,
            from.get(),
            texts(data.path("to")),
            texts(data.path("cc")),
            ForeignJson.text(data.path("subject")),
            ForeignJson.text(data.path("message_id")),
            attachments(data.path("attachments")));
    return new Delivery(
        name(),
        delivery,
        new Owner.Mail(sender, recipient),
        new Told(
            Catalogue.of(EmailReceived.class),
            received,
            at,
            Optional.of(new About(RECIPIENT, recipient))),
        body,
        Optional.empty());
  }

  private Delivery other(String delivery, String type, ObjectNode told, Instant at, Body body) {
    String id = ForeignJson.id(told.path("data").path("id")).orElse(delivery);
    Redaction.remove(Catalogue.of(ResendEvent.Other.class).redacted(), told);
    Redaction.remove(TEXTS_OF_MAILS, told);
    return new Delivery(
        name(),
        delivery,
        UNOWNED,
        new ResendEvent.Other(id, type, told),
        at,
        body,
        Optional.empty());
  }

  /** Each status has an object of its own name, or about, in which the reason is told. */
  private static Optional<String> reason(JsonNode data) {
    return Stream.of("bounce", "failed", "suppressed", "complaint", "delay")
        .map(data::path)
        .flatMap(about -> Stream.of(about.path("message"), about.path("reason")))
        .flatMap(node -> ForeignJson.text(node).stream())
        .findFirst();
  }

  private static List<String> texts(JsonNode list) {
    return elements(list).flatMap(node -> ForeignJson.text(node).stream()).toList();
  }

  private static List<Attachment> attachments(JsonNode list) {
    return elements(list)
        .filter(JsonNode::isObject)
        .map(
            file ->
                new Attachment(
                    ForeignJson.text(file.path("id")),
                    ForeignJson.text(file.path("filename")),
                    ForeignJson.text(file.path("content_type"))))
        .toList();
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return list.isArray() ? StreamSupport.stream(list.spliterator(), false) : Stream.empty();
  }
}
