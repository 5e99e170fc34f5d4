package dev.tailrace.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Channels;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.Schemas;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The bridge as a consumer: one lane per tenant, since a channel shows its events in commit order
 * across all types.
 */
final class RealtimeBridge {

  static final int MAX_ENVELOPE_BYTES = 65_536;

  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofMillis(200), Duration.ofMinutes(1))
          .forAtMost(Duration.ofHours(24));

  private final Publisher publisher;

  private RealtimeBridge(Publisher publisher) {
    this.publisher = publisher;
  }

  static Application application(Topics topics, Publisher publisher) {
    var bridge = new RealtimeBridge(publisher);
    var application =
        new Application("realtime-bridge").reading(topics.realtimeOutbox(), Envelope::tenantId);
    application
        .consumer("publishToBrowsers")
        .on(Event.class)
        .retry(BACKOFF)
        .handle(bridge::publish);
    return application;
  }

  private Handled publish(Effect<Event> effect) throws JsonProcessingException {
    Envelope envelope = effect.envelope();
    List<Problem> problems = problems(envelope);
    if (!problems.isEmpty()) {
      return Outcome.dead(
          problems.stream()
              .map(Problem::toString)
              .collect(Collectors.joining("; ", "VALIDATION_ERROR: ", "")));
    }
    String data = RealtimeEnvelope.json(envelope);
    int bytes = data.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_ENVELOPE_BYTES) {
      return Outcome.dead(
          "PAYLOAD_TOO_LARGE: %d bytes (max %d)".formatted(bytes, MAX_ENVELOPE_BYTES));
    }
    String channel = Channels.channelFor(envelope.tenantId());
    var message = new Publisher.Message(channel, envelope.id().toString(), envelope.type(), data);
    return switch (publisher.publish(message)) {
      case Publisher.Answer.Accepted() -> Outcome.done(channel);
      case Publisher.Answer.Unavailable(String reason) -> Outcome.retry(reason);
      case Publisher.Answer.Refused(String reason) -> Outcome.dead("ABLY_ERROR: " + reason);
    };
  }

  private static List<Problem> problems(Envelope envelope) throws JsonProcessingException {
    return Schemas.problems(
        Catalogue.find(envelope.type()).orElseThrow(), Json.read(envelope.payload()));
  }
}
