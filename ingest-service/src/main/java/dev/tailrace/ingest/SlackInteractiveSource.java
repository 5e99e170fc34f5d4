package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * What people do with Slack's buttons, menus and forms: {@code POST /webhooks/slack/interactive}, a
 * form whose field {@code payload} is JSON.
 *
 * <p>Slack does not send it again, and gives it no id: two with the same payload are one, which is
 * no loss, since each press has a time and a trigger of its own. Any body in the answer would be
 * shown to the person or refused, so it is empty.
 */
final class SlackInteractiveSource implements WebhookSource {

  private static final String FIELD = "payload";

  private final SlackSignature signature;
  private final int bodyLimit;

  SlackInteractiveSource(Keys keys, int bodyLimit, Clock clock) {
    this.signature = new SlackSignature(keys, clock);
    this.bodyLimit = bodyLimit;
  }

  @Override
  public String name() {
    return "slack-interactive";
  }

  @Override
  public String route() {
    return "/webhooks/slack/interactive";
  }

  @Override
  public int bodyLimit() {
    return bodyLimit;
  }

  @Override
  public boolean isUrgent() {
    return true;
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
    Optional<Body> payload = FormField.only(FIELD, body);
    return payload.isPresent()
        ? ForeignJson.read(payload.get(), json -> meaning(headers, body, payload.get(), json))
        : Rejected.malformed("the body is no form with a payload");
  }

  private Reading meaning(Headers headers, Body body, Body payload, JsonNode json) {
    if (!(json instanceof ObjectNode told) || ForeignJson.text(json.path("type")).isEmpty()) {
      return Rejected.malformed("the payload is no interaction of Slack");
    }
    Optional<String> team = SlackPlace.team(told);
    if (team.isEmpty()) {
      return Rejected.malformed("the payload names no team");
    }
    Optional<Instant> at = SlackSignature.at(headers);
    if (at.isEmpty()) {
      return SignatureCheck.missing();
    }
    Optional<String> conversation = SlackPlace.ofInteraction(told);
    Redaction.remove(Catalogue.of(SlackEvent.InteractiveReceived.class).redacted(), told);
    return new Delivery(
        name(),
        payload.sha256(),
        new Owner.SlackTeam(team.get()),
        new SlackEvent.InteractiveReceived(team.get(), conversation, told),
        at.get(),
        body,
        Optional.empty());
  }
}
