package dev.tailrace.contracts.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls providers over HTTP: bounded in time and size, never redirected.
 *
 * <p>The bound in time is for the whole call, its answer's body included; HttpClient's own would
 * end with the headers. For addresses of our own configuration: nothing is looked at before it is
 * dialled.
 */
public final class HttpCalls implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final int MOST_WORDS = 200;

  private final Duration longest;
  private final int mostBytes;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * Makes no call yet.
   *
   * @param longest that one call takes
   * @param mostBytes that an answer's body may have; a call whose answer has more has failed
   */
  public HttpCalls(Duration longest, int mostBytes) {
    this.longest = longest;
    this.mostBytes = mostBytes;
  }

  /** What came back. */
  public sealed interface Heard {

    /** An answer, whatever its status. */
    record Said(int status, HttpHeaders headers, String body) implements Heard {

      /** The body's beginning, for people to read. */
      public String words() {
        String words = body.strip();
        return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "..." : words;
      }

      /** What Retry-After asks for, in seconds or as a time; never more than an hour. */
      public Optional<Duration> retryAfter(Instant now) {
        return headers
            .firstValue("Retry-After")
            .flatMap(text -> delay(text, now))
            .filter(Duration::isPositive)
            .map(delay -> delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
      }

      private static Optional<Duration> delay(String text, Instant now) {
        if (text.matches("\\d{1,9}")) {
          return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
          var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
          return Optional.of(Duration.between(now, until));
        } catch (DateTimeException e) {
          return Optional.empty();
        }
      }
    }

    /** What is heard of an answer whose body has more bytes than are read. */
    Nothing TOO_LONG = new Nothing("the answer has more bytes than are read");

    /** None; it may have been carried out all the same. The reason holds nothing of the request. */
    record Nothing(String reason) implements Heard {}
  }

  /** Makes one call, and waits for its answer. */
  public Heard send(HttpRequest request) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> call =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
    try {
      HttpResponse<byte[]> said = call.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      return new Heard.Said(said.statusCode(), said.headers(), new String(said.body(), UTF_8));
    } catch (TimeoutException e) {
      return new Heard.Nothing("no answer within " + longest.toMillis() + " ms");
    } catch (ExecutionException e) {
      return e.getCause() instanceof IOException io
          ? nothing(io)
          : new Heard.Nothing("the call failed");
    } finally {
      call.cancel(true);
    }
  }

  /** The JDK has no type of its own for a body that is too long, only these words. */
  private static Heard nothing(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith("body exceeds capacity")
        ? Heard.TOO_LONG
        : new Heard.Nothing(failure.getClass().getSimpleName());
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
