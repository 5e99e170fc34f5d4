package dev.tailrace.consumers.analytics;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.Schemas;
import dev.tailrace.effects.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What PostHog answers with 200 and then does not keep, or keeps as something else. Nobody would
 * hear of it, so it is not sent.
 *
 * <p>It drops an event without a name or a distinct id, cuts either at 200 characters, and takes
 * certain distinct ids, in quotes too, for a mistake of who sent them: {@code isDistinctIdIllegal}
 * in its ingestion. Events of different people would be one person's under them.
 */
final class CaptureRules {

  private static final int LONGEST = 200;

  /** Nobody, however it is written. */
  private static final Set<String> NOBODY_IN_ANY_CASE =
      Set.of(
          "anonymous",
          "guest",
          "distinctid",
          "distinct_id",
          "id",
          "not_authenticated",
          "email",
          "undefined",
          "true",
          "false");

  /** Nobody, as it is written here. */
  private static final Set<String> NOBODY =
      Set.of("[object Object]", "NaN", "None", "none", "null", "0");

  private CaptureRules() {}

  /** All that keeps the event from being sent; paths start with {@code /payload}. */
  static List<Problem> problems(Received<AnalyticsEvent> received) throws JsonProcessingException {
    Envelope envelope = received.envelope();
    List<Problem> ofItsType =
        Schemas.problems(
            Catalogue.find(envelope.type()).orElseThrow(), Json.read(envelope.payload()));
    // Only an event that fits its schema has all of its fields.
    return ofItsType.isEmpty() ? problems(received.event()) : ofItsType;
  }

  private static List<Problem> problems(AnalyticsEvent event) {
    String name =
        switch (event) {
          case AnalyticsEvent.Captured it -> it.event();
          case AnalyticsEvent.ExceptionCaptured it -> it.event();
        };
    var problems = new ArrayList<Problem>();
    if (characters(name) > LONGEST) {
      problems.add(tooLong("/payload/event", name, "another event"));
    }
    String distinctId = event.distinctId();
    if (characters(distinctId) > LONGEST) {
      problems.add(tooLong("/payload/distinctId", distinctId, "another person"));
    }
    if (isNobody(distinctId)) {
      problems.add(
          new Problem("/payload/distinctId", distinctId + " is nobody to PostHog: say who it was"));
    }
    return problems;
  }

  private static Problem tooLong(String path, String text, String other) {
    return new Problem(
        path,
        "has %d characters: PostHog keeps %d, which is %s"
            .formatted(characters(text), LONGEST, other));
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean isNobody(String distinctId) {
    String bare = unquoted(distinctId);
    return NOBODY.contains(bare) || NOBODY_IN_ANY_CASE.contains(bare.toLowerCase(Locale.ROOT));
  }

  private static String unquoted(String text) {
    int last = text.length() - 1;
    boolean quoted =
        last > 0
            && text.charAt(0) == text.charAt(last)
            && (text.charAt(0) == '\'' || text.charAt(0) == '"');
    return quoted ? text.substring(1, last) : text;
  }
}
