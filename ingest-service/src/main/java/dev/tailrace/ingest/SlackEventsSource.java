package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.ingest.Outcome.Rejected;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Slack's Events API: {@code POST /webhooks/slack/events}.
 *
 * <p>Besides events it tells the workspace's rate limit, and greets with a challenge when the
 * address is entered; what it tells besides becomes {@link SlackEvent.Other}. A retry says so in a
 * header that means nothing here: the event's id is the same.
 */
final class SlackEventsSource implements WebhookSource {

  private static final int LONGEST_CHALLENGE = 255;

  private final SlackSignature signature;
  private final int bodyLimit;

  SlackEventsSource(Keys keys, int bodyLimit, Clock clock) {
    this.signature = new SlackSignature(keys, clock);
    this.bodyLimit = bodyLimit;
  }

  @Override
  public String name() {
    return "slack";
  }

  @Override
  public String route() {
    return "/webhooks/slack/events";
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
    return ForeignJson.read(body, json -> meaning(headers, body, json));
  }

  private Reading meaning(Headers headers, Body body, JsonNode json) {
    Optional<String> kind = ForeignJson.text(json.path("type"));
    if (kind.isEmpty() || !(json instanceof ObjectNode told)) {
      return Rejected.malformed("the body is no event of Slack");
    }
    return switch (kind.get()) {
      case "url_verification" -> greeting(told);
      case "event_callback" -> event(body, told);
      case "app_rate_limited" -> rateLimit(body, told);
      default -> unknown(headers, body, told, kind.get());
    };
  }

  private static Reading greeting(ObjectNode told) {
    Optional<String> challenge =
        ForeignJson.text(told.path("challenge")).filter(text -> text.length() <= LONGEST_CHALLENGE);
    return challenge.isPresent()
        ? new Reply(
            Answer.json(200, Json.MAPPER.createObjectNode().put("challenge", challenge.get())))
        : Rejected.malformed("the greeting has no challenge");
  }

  private Reading event(Body body, ObjectNode told) {
    Optional<String> team = SlackPlace.team(told);
    if (team.isEmpty()) {
      return Rejected.malformed("the event names no team");
    }
    Optional<String> id = ForeignJson.id(told.path("event_id"));
    if (id.isEmpty()) {
      return Rejected.malformed("the event has no event_id");
    }
    Optional<Instant> at = ForeignJson.epochSecond(told.path("event_time"));
    if (at.isEmpty()) {
      return Rejected.malformed("the event does not say when it happened");
    }
    if (!told.path("event").isObject()) {
      return Rejected.malformed("the event says nothing");
    }
    Optional<String> conversation = SlackPlace.ofEvent(told.path("event"));
    Redaction.remove(Catalogue.of(SlackEvent.EventReceived.class).redacted(), told);
    return delivery(
        id.get(),
        team.get(),
        new SlackEvent.EventReceived(team.get(), id.get(), conversation, told),
        at.get(),
        body);
  }

  /** Told once a minute, without an id. */
  private Reading rateLimit(Body body, ObjectNode told) {
    Optional<String> team = SlackPlace.team(told);
    if (team.isEmpty()) {
      return Rejected.malformed("the event names no team");
    }
    Optional<Instant> minute = ForeignJson.epochSecond(told.path("minute_rate_limited"));
    return minute.isPresent()
        ? other(
            "app_rate_limited/" + team.get() + "/" + minute.get().getEpochSecond(),
            team.get(),
            told,
            "app_rate_limited",
            minute.get(),
            body)
        : Rejected.malformed("the event does not say which minute");
  }

  /** What is not known to have an id or a time is known by its bytes, and since it was signed. */
  private Reading unknown(Headers headers, Body body, ObjectNode told, String kind) {
    Optional<String> team = SlackPlace.team(told);
    if (team.isEmpty()) {
      return Rejected.malformed("the event names no team");
    }
    String id = ForeignJson.id(told.path("event_id")).orElseGet(body::sha256);
    Optional<Instant> at =
        ForeignJson.epochSecond(told.path("event_time")).or(() -> SlackSignature.at(headers));
    return at.isPresent()
        ? other(id, team.get(), told, kind, at.get(), body)
        : Rejected.malformed("the event does not say when it happened");
  }

  private Delivery other(
      String key, String team, ObjectNode told, String kind, Instant at, Body body) {
    Redaction.remove(Catalogue.of(SlackEvent.Other.class).redacted(), told);
    return delivery(key, team, new SlackEvent.Other(team, kind, told), at, body);
  }

  private Delivery delivery(String key, String team, SlackEvent event, Instant at, Body body) {
    return new Delivery(name(), key, new Owner.SlackTeam(team), event, at, body, Optional.empty());
  }
}
