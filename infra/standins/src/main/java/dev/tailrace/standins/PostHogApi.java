package dev.tailrace.standins;

import java.util.Map;
import java.util.Optional;

/** PostHog's way to capture many events in one call, {@code POST /batch/}. */
final class PostHogApi implements Provider {

  private static final Map<Integer, String> WORDS =
      Map.of(429, "rate limited", 503, "transient error, please retry");

  private final String key;
  private final PostHogCaptures captures;

  PostHogApi(String key, PostHogCaptures captures) {
    this.key = key;
    this.captures = captures;
  }

  /** The answer says that the call was read, not that all of its events are kept. */
  @Override
  public Reply answer(Request request, Runnable midway) {
    if (!request.is("POST", "batch", "") && !request.is("POST", "batch")) {
      return plain(404, "Not Found: " + request.method() + " " + request.path());
    }
    return switch (PostHogBatch.read(request.body(), key)) {
      case PostHogBatch.Reading.Refused(int status, String words) -> plain(status, words);
      case PostHogBatch.Reading.Valid valid -> {
        captures.take(valid.events());
        yield Reply.Answer.json(200, Json.object().put("status", "Ok"));
      }
    };
  }

  /** {@code code} is the Retry-After that it sends, in seconds. */
  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    Reply.Answer answer =
        plain(status, WORDS.getOrDefault(status, "the stand-in was told to fail with " + status));
    return code.map(seconds -> answer.with("Retry-After", seconds)).orElse(answer);
  }

  /** More than PostHog takes: what is larger hears so in PostHog's own words. */
  @Override
  public long largestBodyBytes() {
    return 2L * PostHogBatch.LARGEST_BODY_BYTES;
  }

  @Override
  public Optional<Reply> control(Request request) {
    return request.is("GET", "_standin", "captures")
        ? Optional.of(Reply.Answer.json(200, captures.json()))
        : Optional.empty();
  }

  private static Reply.Answer plain(int status, String words) {
    return new Reply.Answer(
        status, Map.of("Content-Type", "text/plain; charset=utf-8"), Body.of(words));
  }
}
