package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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

  private final BearerTokens publishers;
  private final int bodyLimit;
  private final EnvelopeReader reader;
  private final Publications publications;
  private final Rejections rejections;

  EventsEndpoint(
      BearerTokens publishers,
      int bodyLimit,
      EnvelopeReader reader,
      Publications publications,
      Rejections rejections) {
    this.publishers = publishers;
    this.bodyLimit = bodyLimit;
    this.reader = reader;
    this.publications = publications;
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
  public Optional<Answer> refusal(Headers headers) {
    return publishers.admit(headers)
        ? Optional.empty()
        : Optional.of(
            refuse(Rejected.unauthenticated("no token that may publish"))
                .with("WWW-Authenticate", "Bearer"));
  }

  @Override
  public Answer tooLarge() {
    return refuse(Rejected.tooLarge());
  }

  @Override
  public Answer answer(Request request) throws SQLException {
    return switch (reader.read(request.body(), Traceparent.of(request.headers()))) {
      case EnvelopeReader.NoEnvelopes(String reason) -> refuse(Rejected.malformed(reason));
      case EnvelopeReader.Refused refused -> {
        rejections.record(SOURCE, Rejected.unacceptable(List.of()));
        yield Answer.problem(422, refused.title(), Problems.of(refused.problems()));
      }
      case EnvelopeReader.Envelopes(List<Prepared> events) ->
          answer(events, publications.append(events));
    };
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
