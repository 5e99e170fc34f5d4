package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What PostHog does with the events of a call after it has answered: it keeps them, knows some from
 * before, and drops others.
 *
 * <p>The newest are remembered within a bound, and repeats of them are known.
 */
final class PostHogCaptures {

  private static final int KEPT = 10_000;
  private static final long BYTES_KEPT = 32L * 1024 * 1024;
  private static final int LONGEST_DISTINCT_ID = 200;
  private static final Pattern UUID_FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final Clock clock;
  private final Map<Identity, PostHogEvent> captured = new LinkedHashMap<>();
  private final Deque<PostHogDrop> dropped = new ArrayDeque<>();
  private final Deque<Integer> callSizes = new ArrayDeque<>();
  private long capturedBytes;
  private long droppedBytes;
  private long duplicates;

  PostHogCaptures(Clock clock) {
    this.clock = clock;
  }

  /** By what PostHog knows an event that it has. */
  private record Identity(UUID uuid, String event, String distinctId, Instant timestamp) {}

  synchronized void take(List<ObjectNode> call) {
    callSizes.addLast(call.size());
    if (callSizes.size() > KEPT) {
      callSizes.removeFirst();
    }
    for (ObjectNode json : call) {
      problem(json).ifPresentOrElse(reason -> drop(reason, json), () -> keep(event(json)));
    }
  }

  /** The kept events, the oldest first. */
  synchronized List<PostHogEvent> captured() {
    return List.copyOf(captured.values());
  }

  /** The dropped events, the oldest first. */
  synchronized List<PostHogDrop> dropped() {
    return List.copyOf(dropped);
  }

  /** How often an event came that was there already. */
  synchronized long duplicates() {
    return duplicates;
  }

  /** How many events each call had, the oldest first. */
  synchronized List<Integer> callSizes() {
    return List.copyOf(callSizes);
  }

  synchronized ObjectNode json() {
    ObjectNode json = Json.object();
    ArrayNode kept = json.putArray("captured");
    captured.values().forEach(event -> kept.add(event.json()));
    json.put("duplicates", duplicates);
    ArrayNode lost = json.putArray("dropped");
    dropped.forEach(
        drop -> lost.addObject().put("reason", drop.reason()).put("event", drop.event()));
    return json;
  }

  private void keep(PostHogEvent event) {
    Identity identity =
        new Identity(event.uuid(), event.event(), event.distinctId(), event.timestamp());
    if (captured.putIfAbsent(identity, event) != null) {
      duplicates++;
      return;
    }
    capturedBytes += event.bytes();
    Iterator<PostHogEvent> oldestFirst = captured.values().iterator();
    while (captured.size() > KEPT || capturedBytes > BYTES_KEPT) {
      capturedBytes -= oldestFirst.next().bytes();
      oldestFirst.remove();
    }
  }

  private void drop(String reason, ObjectNode json) {
    PostHogDrop drop = new PostHogDrop(reason, Json.write(json));
    dropped.addLast(drop);
    droppedBytes += drop.bytes();
    while (dropped.size() > KEPT || droppedBytes > BYTES_KEPT) {
      droppedBytes -= dropped.removeFirst().bytes();
    }
  }

  private static Optional<String> problem(ObjectNode json) {
    if (json.path("event").asText("").isBlank()) {
      return Optional.of("no event name");
    }
    if (distinctId(json).isBlank()) {
      return Optional.of("no distinct id");
    }
    String uuid = json.path("uuid").asText("");
    return uuid.isEmpty() || UUID_FORM.matcher(uuid).matches()
        ? Optional.empty()
        : Optional.of("the uuid is none");
  }

  private PostHogEvent event(ObjectNode json) {
    String uuid = json.path("uuid").asText("");
    return new PostHogEvent(
        json.path("event").asText(),
        shortened(distinctId(json)),
        timestamp(json.path("timestamp").asText("")),
        uuid.isEmpty() ? UUID.randomUUID() : UUID.fromString(uuid),
        Json.write(json.path("properties") instanceof ObjectNode its ? its : Json.object()));
  }

  /** It may stand among the properties instead, and what is no text is written as one. */
  private static String distinctId(ObjectNode json) {
    JsonNode value =
        json.hasNonNull("distinct_id")
            ? json.path("distinct_id")
            : json.path("properties").path("distinct_id");
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private static String shortened(String distinctId) {
    return distinctId.codePointCount(0, distinctId.length()) <= LONGEST_DISTINCT_ID
        ? distinctId
        : distinctId.substring(0, distinctId.offsetByCodePoints(0, LONGEST_DISTINCT_ID));
  }

  private Instant timestamp(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return clock.instant();
    }
  }
}
