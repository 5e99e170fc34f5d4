package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final int MOST_ANSWER_BYTES = 64 * 1024;
  private static final int MOST_WORDS = 200;

  private final URI batch;
  private final String key;
  private final Clock clock;
  private final Duration longest;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  PostHog(AnalyticsConfig.Project project, Clock clock) {
    this(project, clock, LONGEST);
  }

  PostHog(AnalyticsConfig.Project project, Clock clock, Duration longest) {
    this.batch = URI.create(project.host().toString().replaceFirst("/+$", "") + "/batch/");
    this.key = project.key();
    this.clock = clock;
    this.longest = longest;
  }

  /** The client's own timeout would end with the answer's headers. */
  @Override
  public Answer capture(List<Capture> captures) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> call =
        http.sendAsync(
            request(captures),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
    try {
      return answer(call.get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return unavailable("did not answer within " + longest.toMillis() + " ms");
    } catch (ExecutionException e) {
      return unavailable(
          "could not be asked: "
              + Optional.ofNullable(e.getCause()).orElse(e).getClass().getSimpleName());
    } finally {
      call.cancel(true);
    }
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
  private Answer answer(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    return switch (status) {
      case 200 -> new Answer.Accepted();
      case 400 -> new Answer.Refused("PostHog refuses it with 400: " + words(response));
      case 413 -> new Answer.Refused("PostHog refuses it with 413: it is too large");
      case 401, 403 ->
          unavailable(
              "refuses the key of ANALYTICS_POSTHOG_KEY with %d: it is asked again until it takes one"
                  .formatted(status));
      default -> new Answer.Unavailable(delay(response), "PostHog answered " + status);
    };
  }

  private static Answer unavailable(String what) {
    return new Answer.Unavailable(Optional.empty(), "PostHog " + what);
  }

  private static String words(HttpResponse<byte[]> response) {
    String words = new String(response.body(), StandardCharsets.UTF_8).strip();
    return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "..." : words;
  }

  /** What Retry-After asks for, in seconds or as a time; never more than an hour. */
  private Optional<Duration> delay(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .flatMap(this::asked)
        .filter(Duration::isPositive)
        .map(delay -> delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
  }

  private Optional<Duration> asked(String text) {
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(clock.instant(), until));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
