package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.service.HttpCalls;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Captures through PostHog's {@code POST /batch/}, one request a call.
 *
 * <p>Not through its SDK, which answers at once, queues in memory, and drops the oldest. A call has
 * no {@code sent_at}: PostHog would correct timestamps by it, so that a repeat would be another
 * event. A 200 says that the call was read; events over the project's quota are dropped with a 200
 * too, which nobody can tell from here.
 */
final class PostHog implements Captures, AutoCloseable {

  /** How long a call may take, its answer's body included. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final int MOST_ANSWER_BYTES = 64 * 1024;

  private final URI batch;
  private final String key;
  private final Clock clock;
  private final HttpCalls http;

  PostHog(AnalyticsConfig.Project project, Clock clock) {
    this(project, clock, LONGEST);
  }

  PostHog(AnalyticsConfig.Project project, Clock clock, Duration longest) {
    this.batch = URI.create(project.host().toString().replaceFirst("/+$", "") + "/batch/");
    this.key = project.key();
    this.clock = clock;
    this.http = new HttpCalls(longest, MOST_ANSWER_BYTES);
  }

  @Override
  public Answer capture(List<Capture> captures) throws InterruptedException {
    return switch (http.send(request(captures))) {
      case Heard.Said said -> answer(said);
      case Heard.Nothing(String reason) -> unavailable("could not be asked: " + reason);
    };
  }

  private HttpRequest request(List<Capture> captures) {
    return HttpRequest.newBuilder(batch)
        .header("Content-Type", "application/json")
        .header("User-Agent", "tailrace")
        .POST(BodyPublishers.ofString(body(captures)))
        .build();
  }

  private String body(List<Capture> captures) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("api_key", key);
    ArrayNode events = body.putArray("batch");
    for (Capture each : captures) {
      events
          .addObject()
          .put("uuid", each.uuid().toString())
          .put("event", each.event())
          .put("distinct_id", each.distinctId())
          .put("timestamp", each.timestamp().toString())
          .set("properties", each.properties());
    }
    return Json.write(body);
  }

  /**
   * The call itself is wrong with 400 and 413, whenever it is made. Anything else can change: an
   * outage, a limit, and a key too, which is refused from its rotation until we have the new one.
   */
  private Answer answer(Heard.Said said) {
    int status = said.status();
    return switch (status) {
      case 200 -> new Answer.Accepted();
      case 400 -> new Answer.Refused("PostHog refuses it with 400: " + said.words());
      case 413 -> new Answer.Refused("PostHog refuses it with 413: it is too large");
      case 401, 403 ->
          unavailable(
              "refuses the key of ANALYTICS_POSTHOG_KEY with %d: it is asked again until it takes one"
                  .formatted(status));
      default ->
          new Answer.Unavailable(said.retryAfter(clock.instant()), "PostHog answered " + status);
    };
  }

  private static Answer unavailable(String what) {
    return new Answer.Unavailable(Optional.empty(), "PostHog " + what);
  }

  @Override
  public void close() {
    http.close();
  }
}
