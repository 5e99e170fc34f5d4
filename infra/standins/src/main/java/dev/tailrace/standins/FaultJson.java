package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.Fault.AcceptsThenCrashes;
import dev.tailrace.standins.Fault.AcceptsThenTimesOut;
import dev.tailrace.standins.Fault.Aim;
import dev.tailrace.standins.Fault.Aimed;
import dev.tailrace.standins.Fault.Down;
import dev.tailrace.standins.Fault.Failing;
import dev.tailrace.standins.Fault.Harm;
import dev.tailrace.standins.Fault.Healthy;
import dev.tailrace.standins.Fault.Outage;
import dev.tailrace.standins.Fault.Slow;
import dev.tailrace.standins.Fault.Span;
import dev.tailrace.standins.Fault.Turn;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Faults as JSON, for {@code /_standin/faults}. A field that the state doesn't have is refused, so
 * that a typing error isn't a healthy stand-in.
 */
final class FaultJson {

  static final String LEGAL =
      """
      legal: {"state":"healthy"}, {"state":"slow","delay":"PT2S"}, {"state":"failing","status":503} \
      with optional "times":3 and "code":"...", {"state":"accepts-then-times-out"}, \
      {"state":"accepts-then-crashes"}, {"state":"down","for":"PT10S"}; all but the first and the last \
      with optional "method":"POST", "path":"/v1/customers" (how it begins) and "nth":2""";

  private static final Set<String> AIM = Set.of("method", "path", "nth");

  private FaultJson() {}

  /** What came of reading a fault. */
  sealed interface Reading {

    /** A fault. */
    record Understood(Fault fault) implements Reading {}

    /** No fault, and why. */
    record Refused(String reason) implements Reading {}
  }

  static Reading read(String text) {
    Optional<ObjectNode> json = Json.readObject(text);
    if (json.isEmpty()) {
      return new Reading.Refused("not a JSON object; " + LEGAL);
    }
    try {
      return new Reading.Understood(fault(json.get()));
    } catch (IllegalArgumentException e) {
      return new Reading.Refused(e.getMessage() + "; " + LEGAL);
    }
  }

  static ObjectNode write(Fault fault) {
    return switch (fault) {
      case Healthy() -> Json.object().put("state", "healthy");
      case Slow(Duration delay) ->
          Json.object().put("state", "slow").put("delay", delay.toString());
      case Failing(int status, Optional<String> code, Span span) -> {
        ObjectNode json = Json.object().put("state", "failing").put("status", status);
        code.ifPresent(value -> json.put("code", value));
        yield switch (span) {
          case Span.Unending() -> json;
          case Span.Times(int remaining) -> json.put("times", remaining);
        };
      }
      case AcceptsThenTimesOut() -> Json.object().put("state", "accepts-then-times-out");
      case AcceptsThenCrashes() -> Json.object().put("state", "accepts-then-crashes");
      case Aimed(Aim aim, Harm harm) -> aimed(write(harm), aim);
      case Down(Outage outage) -> {
        ObjectNode json = Json.object().put("state", "down");
        yield switch (outage) {
          case Outage.Unending() -> json;
          case Outage.Lasting(Duration duration) -> json.put("for", duration.toString());
        };
      }
    };
  }

  private static Fault fault(ObjectNode json) {
    String state = json.path("state").asText();
    return switch (state) {
      case "healthy" -> only(json, Set.of(), new Healthy());
      case "slow" -> harm(json, Set.of("delay"), new Slow(duration(json, "delay")));
      case "failing" -> harm(json, Set.of("status", "times", "code"), failing(json));
      case "accepts-then-times-out" -> harm(json, Set.of(), new AcceptsThenTimesOut());
      case "accepts-then-crashes" -> harm(json, Set.of(), new AcceptsThenCrashes());
      case "down" -> only(json, Set.of("for"), new Down(new Outage.Lasting(duration(json, "for"))));
      default -> throw new IllegalArgumentException("unknown state '" + state + "'");
    };
  }

  private static Failing failing(ObjectNode json) {
    Optional<String> code =
        json.has("code") ? Optional.of(json.path("code").asText()) : Optional.empty();
    Span span = json.has("times") ? new Span.Times(integer(json, "times")) : new Span.Unending();
    return new Failing(integer(json, "status"), code, span);
  }

  /** Aimed, when the JSON says at what. */
  private static Fault harm(ObjectNode json, Set<String> fields, Harm harm) {
    Set<String> all = new HashSet<>(fields);
    all.addAll(AIM);
    if (AIM.stream().noneMatch(json::has)) {
      return only(json, all, harm);
    }
    if (json.has("nth") && json.has("times")) {
      throw new IllegalArgumentException("'nth' is one request and doesn't go with 'times'");
    }
    Aim aim =
        new Aim(
            json.has("method") ? Optional.of(json.path("method").asText()) : Optional.empty(),
            json.path("path").asText("/"),
            json.has("nth") ? new Turn.Nth(integer(json, "nth")) : new Turn.Each());
    return only(json, all, new Aimed(aim, harm));
  }

  private static ObjectNode aimed(ObjectNode json, Aim aim) {
    aim.method().ifPresent(method -> json.put("method", method));
    json.put("path", aim.path());
    return switch (aim.turn()) {
      case Turn.Each() -> json;
      case Turn.Nth(int left) -> json.put("nth", left);
    };
  }

  private static Fault only(ObjectNode json, Set<String> fields, Fault fault) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("state") && !fields.contains(name)) {
                throw new IllegalArgumentException("unknown field '" + name + "'");
              }
            });
    return fault;
  }

  private static int integer(ObjectNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isInt()) {
      throw new IllegalArgumentException("'" + field + "' must be a whole number");
    }
    return value.intValue();
  }

  private static Duration duration(ObjectNode json, String field) {
    try {
      return Duration.parse(json.path(field).asText());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("'" + field + "' must be a duration like PT2S", e);
    }
  }
}
