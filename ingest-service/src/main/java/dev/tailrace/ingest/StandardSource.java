package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.SourceReceived;
import dev.tailrace.ingest.Delivery.About;
import dev.tailrace.ingest.Delivery.Told;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Any sender of Standard Webhooks that was configured: {@code POST /webhooks/standard/<name>}.
 *
 * <p>Nothing is known of its bodies but that they are objects; they are passed on whole.
 */
final class StandardSource implements WebhookSource {

  private final Sender sender;
  private final StandardSignature signature;

  /**
   * @param keys those of the sender that are active now
   */
  StandardSource(Sender sender, Keys keys, Clock clock) {
    this.sender = sender;
    this.signature = new StandardSignature(keys, clock);
  }

  @Override
  public String name() {
    return "standard/" + sender.name();
  }

  @Override
  public String route() {
    return "/webhooks/standard/" + sender.name();
  }

  @Override
  public int bodyLimit() {
    return sender.maxBodyBytes();
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
    return ForeignJson.read(body, json -> meaning(headers, body, json));
  }

  private Reading meaning(Headers headers, Body body, JsonNode json) {
    Optional<String> id = StandardSignature.id(headers);
    Optional<Instant> signed = StandardSignature.at(headers);
    if (id.isEmpty() || signed.isEmpty()) {
      return SignatureCheck.missing();
    }
    if (!(json instanceof ObjectNode raw)) {
      return Rejected.malformed("the body is no JSON object");
    }
    // The standard's own field; the header's time is another at every retry.
    Instant at = ForeignJson.instant(raw.path("timestamp")).orElse(signed.get());
    var about = new About(sender.aggregateType(), subject(raw).orElse(id.get()));
    return new Delivery(
        name(),
        id.get(),
        new Owner.Nobody(sender.tenant()),
        new Told(
            Catalogue.received(sender.name()),
            new SourceReceived(id.get(), raw),
            at,
            Optional.of(about)),
        body,
        Optional.empty());
  }

  /** What the body says that it is about, by a text or a whole number. */
  private Optional<String> subject(ObjectNode raw) {
    return sender
        .aggregate()
        .map(raw::at)
        .flatMap(
            node ->
                ForeignJson.id(node)
                    .or(
                        () ->
                            Optional.of(node)
                                .filter(JsonNode::isIntegralNumber)
                                .map(JsonNode::asText)
                                .filter(text -> text.length() <= ForeignJson.LONGEST_ID)));
  }
}
