package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.Grant.Publisher;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /events}: a publisher's own events, one envelope, an array of them, or {@code
 * {"events": [...]}}; all of them are appended, or none.
 *
 * <p>Answers 201 with the ids in the order of the request, or 200 when every one of them was a
 * duplicate and nothing was written; 422 with everything that is wrong, each problem with its index
 * and path.
 */
final class EventsEndpoint implements Endpoint {

  private static final Logger log = LoggerFactory.getLogger(EventsEndpoint.class);
  private static final String SOURCE = "events";

  private final Tokens tokens;
  private final int bodyLimit;
  private final EnvelopeReader reader;
  private final Publications publications;
  private final Shares accounts;
  private final Rejections rejections;

  EventsEndpoint(
      Tokens tokens,
      int bodyLimit,
      EnvelopeReader reader,
      Publications publications,
      Shares accounts,
      Rejections rejections) {
    this.tokens = tokens;
    this.bodyLimit = bodyLimit;
    this.reader = reader;
    this.publications = publications;
    this.accounts = accounts;
    this.rejections = rejections;
  }

  @Override
  public String route() {
    return "/events";
  }

  @Override
  public int bodyLimit() {
    return bodyLimit;
  }

  @Override
  public Optional<Answer> refusal(Headers headers) throws SQLException {
    return switch (holder(headers)) {
      case Holder _ -> Optional.empty();
      case Stranger stranger -> Optional.of(turnAway(stranger));
    };
  }

  @Override
  public Answer tooLarge() {
    return refuse(Rejected.tooLarge());
  }

  @Override
  public Answer answer(Request request) throws SQLException {
    return switch (holder(request.headers())) {
      // Revoked while the body came in.
      case Stranger stranger -> turnAway(stranger);
      case Holder holder ->
          accounts.<SQLException>holding(
              holder.tokenId(),
              "too many requests with this token at once",
              () -> answer(holder.publisher(), request));
    };
  }

  private Answer answer(Publisher publisher, Request request) throws SQLException {
    return switch (reader.read(request.body(), Traceparent.of(request.headers()))) {
      case EnvelopeReader.NoEnvelopes(String reason) -> refuse(Rejected.malformed(reason));
      case EnvelopeReader.Refused refused -> {
        rejections.record(SOURCE, Rejected.unacceptable(List.of()));
        yield Answer.problem(422, refused.title(), Problems.of(refused.problems()));
      }
      case EnvelopeReader.Envelopes(List<Prepared> events) -> {
        SortedMap<Integer, List<Problem>> forbidden = forbidden(publisher, events);
        yield forbidden.isEmpty()
            ? answer(events, publications.append(events))
            : forbid(forbidden, events.size());
      }
    };
  }

  /** What of the events is not this publisher's to append, by their index. */
  private static SortedMap<Integer, List<Problem>> forbidden(
      Publisher publisher, List<Prepared> events) {
    var forbidden = new TreeMap<Integer, List<Problem>>();
    for (int i = 0; i < events.size(); i++) {
      NewEvent event = events.get(i).event();
      var problems = new ArrayList<Problem>();
      publisher
          .tenantId()
          .filter(tenant -> !tenant.equals(event.tenantId()))
          .ifPresent(
              tenant ->
                  problems.add(
                      new Problem("/tenantId", "this token publishes for " + tenant + " alone")));
      if (!publisher.mayPublish(event.type().name())) {
        problems.add(
            new Problem("/type", "this token publishes " + publisher.typesInWords() + " alone"));
      }
      if (!problems.isEmpty()) {
        forbidden.put(i, problems);
      }
    }
    return forbidden;
  }

  private Answer forbid(SortedMap<Integer, List<Problem>> forbidden, int events) {
    rejections.record(SOURCE, new Rejected(403, "not this token's to publish", List.of()));
    return Answer.problem(
        403,
        "%d of %d events are not this token's to publish, nothing stored"
            .formatted(forbidden.size(), events),
        Problems.of(forbidden));
  }

  private sealed interface Who {}

  private record Holder(String tokenId, Publisher publisher) implements Who {}

  private record Stranger(Rejected rejected) implements Who {}

  private Who holder(Headers headers) throws SQLException {
    Optional<ApiToken> token = tokens.shownBy(headers);
    if (token.isEmpty()) {
      return new Stranger(Rejected.unauthenticated("no token that may publish"));
    }
    Grant grant = token.get().grant();
    return grant instanceof Publisher publisher
        ? new Holder(token.get().id(), publisher)
        : new Stranger(
            new Rejected(
                403,
                "this kind of token may not publish",
                List.of(
                    new Problem(
                        "",
                        "events take a token of kind publisher, and this one is a %s's"
                            .formatted(grant.kind().word())))));
  }

  private Answer turnAway(Stranger stranger) {
    Rejected rejected = stranger.rejected();
    rejections.record(SOURCE, rejected);
    Answer answer =
        Answer.problem(rejected.status(), rejected.reason(), Problems.of(rejected.problems()));
    return rejected.status() == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
  }

  private static Answer answer(List<Prepared> events, List<Appended> appended) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("events");
    boolean stored = false;
    for (int i = 0; i < appended.size(); i++) {
      boolean duplicate = appended.get(i) instanceof Appended.Duplicate;
      stored |= !duplicate;
      list.addObject().put("id", appended.get(i).id().toString()).put("duplicate", duplicate);
      log.atInfo()
          .addKeyValue("eventId", appended.get(i).id())
          .addKeyValue("tenant", events.get(i).event().tenantId())
          .addKeyValue("source", SOURCE)
          .addKeyValue("outcome", duplicate ? "duplicate" : "accepted")
          .log("event");
    }
    return Answer.json(stored ? 201 : 200, body);
  }

  private Answer refuse(Rejected rejected) {
    rejections.record(SOURCE, rejected);
    return Answer.problem(rejected.status(), rejected.reason());
  }
}
