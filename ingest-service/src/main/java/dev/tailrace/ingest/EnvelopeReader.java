package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.outbox.Prepared;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the body of {@code POST /events} into events, or into everything that is wrong with it.
 *
 * <p>Payloads are cut out of the text as they stand, so that a publisher's numbers and spaces reach
 * its consumers unchanged.
 */
final class EnvelopeReader {

  /** The most events in one request; they share a transaction. */
  static final int MOST_EVENTS = 500;

  private static final String EVENTS = "events";

  private final Clock clock;

  EnvelopeReader(Clock clock) {
    this.clock = clock;
  }

  /** What a body holds. */
  sealed interface Reading {}

  /** Events that can all be appended. */
  record Envelopes(List<Prepared> events) implements Reading {}

  /** Envelopes, some of which can't be appended: their problems by their index. */
  record Refused(int envelopes, SortedMap<Integer, List<Problem>> problems) implements Reading {

    String title() {
      return "%d of %d events refused, nothing stored".formatted(problems.size(), envelopes);
    }
  }

  /** No list of envelopes at all; the reason is a fixed phrase. */
  record NoEnvelopes(String reason) implements Reading {}

  /**
   * @param traceparent the trace context for events that bring none of their own
   */
  Reading read(Body body, Optional<String> traceparent) {
    Optional<String> text = body.text();
    if (text.isEmpty()) {
      return new NoEnvelopes("the body is no UTF-8");
    }
    JsonNode json;
    try {
      json = Json.read(text.get());
    } catch (JsonProcessingException e) {
      return new NoEnvelopes("the body is no JSON");
    }
    if (json.path(EVENTS).isArray() && json.size() == 1) {
      return read(json.path(EVENTS), PayloadTexts.cut(text.get(), 3), traceparent);
    }
    if (json.isArray()) {
      return read(json, PayloadTexts.cut(text.get(), 1), traceparent);
    }
    if (json.isObject()) {
      JsonNode list = Json.MAPPER.createArrayNode().add(json);
      return read(list, PayloadTexts.cut(text.get(), 0), traceparent);
    }
    return new NoEnvelopes("the body is no envelope, no array, and no {\"events\": [...]}");
  }

  private Reading read(JsonNode list, List<String> payloads, Optional<String> traceparent) {
    if (list.isEmpty()) {
      return new NoEnvelopes("there is no event in the body");
    }
    if (list.size() > MOST_EVENTS) {
      return new NoEnvelopes("there are more than " + MOST_EVENTS + " events in the body");
    }
    var events = new ArrayList<Prepared>();
    var problems = new TreeMap<Integer, List<Problem>>();
    for (int i = 0; i < list.size(); i++) {
      switch (EnvelopeDraft.read(list.get(i), payloads.get(i), traceparent, clock.instant())) {
        case EnvelopeDraft.Complete(Prepared event) -> events.add(event);
        case EnvelopeDraft.Faulty(List<Problem> faults) -> problems.put(i, faults);
      }
    }
    return problems.isEmpty() ? new Envelopes(events) : new Refused(list.size(), problems);
  }
}
