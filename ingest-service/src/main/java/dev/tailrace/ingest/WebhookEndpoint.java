package dev.tailrace.ingest;

import dev.tailrace.ingest.Outcome.Accepted;
import dev.tailrace.ingest.Outcome.Duplicate;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the webhooks of one source: verified, then read, then stored, then answered.
 *
 * <p>The provider gets its yes for everything genuine, unknown types and redeliveries too: anything
 * else would only make it send the same again.
 */
final class WebhookEndpoint implements Endpoint {

  private static final Logger log = LoggerFactory.getLogger(WebhookEndpoint.class);

  private final WebhookSource source;
  private final Storage storage;
  private final Shares accounts;
  private final Rejections rejections;

  WebhookEndpoint(WebhookSource source, Storage storage, Shares accounts, Rejections rejections) {
    this.source = source;
    this.storage = storage;
    this.accounts = accounts;
    this.rejections = rejections;
  }

  @Override
  public String route() {
    return source.route();
  }

  @Override
  public boolean isUrgent() {
    return source.isUrgent();
  }

  @Override
  public int bodyLimit() {
    return source.bodyLimit();
  }

  @Override
  public Optional<Answer> refusal(Headers headers) {
    return Optional.empty();
  }

  @Override
  public Answer tooLarge() {
    return refuse(Rejected.tooLarge());
  }

  @Override
  public Answer answer(Request request) throws SQLException {
    Headers headers = request.headers();
    Body body = request.body();
    return switch (source.verify(headers, body)) {
      case Rejected rejected -> refuse(rejected);
      case WebhookSource.Genuine genuine ->
          switch (source.read(headers, body)) {
            case Rejected rejected -> refuse(rejected);
            case WebhookSource.Reply(Answer reply) -> reply;
            case Delivery delivery -> store(delivery.tracedBy(Traceparent.of(headers)));
          };
    };
  }

  /** Whose it is, is not known yet: what is counted is the account that the provider names. */
  private Answer store(Delivery delivery) throws SQLException {
    return accounts.<SQLException>holding(
        delivery.owner().toString(),
        "too many deliveries of one account at once",
        () -> answer(storage.store(delivery)));
  }

  private Answer answer(Outcome outcome) {
    return switch (outcome) {
      case Accepted accepted -> {
        log.atDebug()
            .addKeyValue("source", source.name())
            .addKeyValue("eventId", accepted.eventId())
            .addKeyValue("tenant", accepted.tenantId())
            .addKeyValue("outcome", "accepted")
            .log("webhook");
        yield source.accepted();
      }
      case Duplicate duplicate -> {
        log.atDebug()
            .addKeyValue("source", source.name())
            .addKeyValue("eventId", duplicate.eventId())
            .addKeyValue("outcome", "duplicate")
            .log("webhook");
        yield source.accepted();
      }
      case Rejected rejected -> refuse(rejected);
    };
  }

  private Answer refuse(Rejected rejected) {
    rejections.record(source.name(), rejected);
    return Answer.problem(rejected.status(), rejected.reason(), Problems.of(rejected.problems()));
  }
}
