package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.effects.Batch;
import dev.tailrace.effects.BatchHandler;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.HandledBatch;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Captures the events of a batch in one call.
 *
 * <p>What PostHog would lose without a word is a dead letter at once and no part of the call, so
 * that it holds nothing up. A call may be repeated in other company than before: PostHog knows a
 * repeat event by event.
 */
final class CapturePostHog implements BatchHandler<AnalyticsEvent> {

  private final Captures captures;

  CapturePostHog(Captures captures) {
    this.captures = captures;
  }

  @Override
  public HandledBatch handle(Batch<AnalyticsEvent> batch)
      throws JsonProcessingException, InterruptedException {
    var sent = new ArrayList<Capture>();
    var unsent = new HashMap<UUID, Outcome>();
    for (Effect<AnalyticsEvent> effect : batch.effects()) {
      List<Problem> problems = CaptureRules.problems(effect.received());
      if (problems.isEmpty()) {
        sent.add(Capture.of(effect.received()));
      } else {
        unsent.put(effect.envelope().id(), dead(problems));
      }
    }
    Captures.Answer answer =
        sent.isEmpty() ? new Captures.Answer.Accepted() : captures.capture(sent);
    return switch (answer) {
      case Captures.Answer.Accepted() -> settled(batch, unsent, Outcome.done("captured"));
      case Captures.Answer.Unavailable(Optional<Duration> delay, String reason) ->
          settled(batch, unsent, new Outcome.RetryAfter(delay, reason));
      case Captures.Answer.Refused(String reason) -> new Refused(reason);
    };
  }

  /** Of those that were sent this is the outcome; while all were, they stay together. */
  private static HandledBatch settled(
      Batch<AnalyticsEvent> batch, Map<UUID, Outcome> unsent, Outcome ofSent) {
    return unsent.isEmpty()
        ? ofSent
        : batch.each(effect -> unsent.getOrDefault(effect.envelope().id(), ofSent));
  }

  private static Outcome dead(List<Problem> problems) {
    return Outcome.dead(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
  }
}
