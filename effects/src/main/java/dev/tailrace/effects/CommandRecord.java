package dev.tailrace.effects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.CloudEvents;
import dev.tailrace.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Commands as they stand in {@code effects.commands.<application>}: JSON, to be read with kcat. */
final class CommandRecord {

  private CommandRecord() {}

  static byte[] bytes(Command command) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("command", name(command)).put("by", command.by()).put("why", command.why());
    scope(command).ifPresent(scope -> write(scope, json));
    letter(command).ifPresent(letter -> write(letter, json));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String name(Command command) {
    return switch (command) {
      case Command.Pause pause -> "pause";
      case Command.Resume resume -> "resume";
      case Command.RetryNow now -> "retry";
      case Command.Cancel cancel -> "cancel";
      case Command.Redrive redrive -> "redrive";
      case Command.Discard discard -> "discard";
    };
  }

  private static Optional<Scope> scope(Command command) {
    return switch (command) {
      case Command.Pause pause -> Optional.of(pause.scope());
      case Command.Resume resume -> Optional.of(resume.scope());
      case Command.RetryNow now -> Optional.of(now.scope());
      case Command.Cancel cancel -> Optional.of(cancel.scope());
      case Command.Redrive redrive -> Optional.empty();
      case Command.Discard discard -> Optional.empty();
    };
  }

  private static Optional<DeadLetter> letter(Command command) {
    return switch (command) {
      case Command.Redrive redrive -> Optional.of(redrive.letter());
      case Command.Discard discard -> Optional.of(discard.letter());
      case Command other -> Optional.empty();
    };
  }

  /** What it is about, for the log: without the event's payload. */
  static String object(Command command) {
    return scope(command)
        .map(Scope::toString)
        .or(() -> letter(command).map(its -> its.consumer() + " " + its.envelope().id()))
        .orElseThrow();
  }

  private static void write(Scope scope, ObjectNode json) {
    json.put("consumer", scope.consumer());
    scope.lane().ifPresent(lane -> json.put("lane", lane));
    scope.eventId().ifPresent(id -> json.put("eventId", id.toString()));
    scope.item().ifPresent(item -> json.put("item", item));
  }

  private static void write(DeadLetter letter, ObjectNode json) {
    json.put("consumer", letter.consumer()).put("item", letter.item());
    json.put("partition", letter.partition());
    json.put("attempts", letter.attempts()).put("reason", letter.reason());
    letter.forcedBy().ifPresent(replay -> json.put("forcedBy", replay));
    ObjectNode headers = json.putObject("event");
    CloudEvents.write(letter.envelope(), "", headers::put);
    json.put("payload", letter.envelope().payload());
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Command parse(byte[] bytes) {
    JsonNode json;
    try {
      json = Json.read(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a command is a JSON object", e);
    }
    String by = json.path("by").asText();
    String why = json.path("why").asText();
    return switch (json.path("command").asText()) {
      case "pause" -> new Command.Pause(scope(json), by, why);
      case "resume" -> new Command.Resume(scope(json), by, why);
      case "retry" -> new Command.RetryNow(scope(json), by, why);
      case "cancel" -> new Command.Cancel(scope(json), by, why);
      case "redrive" -> new Command.Redrive(letter(json), by, why);
      case "discard" -> new Command.Discard(letter(json), by, why);
      default ->
          throw new IllegalArgumentException(
              "'%s' is no command: pause, resume, retry, cancel, redrive or discard"
                  .formatted(json.path("command").asText()));
    };
  }

  private static Scope scope(JsonNode json) {
    return new Scope(
        consumer(json),
        text(json, "lane"),
        text(json, "eventId").map(UUID::fromString),
        text(json, "item"));
  }

  private static DeadLetter letter(JsonNode json) {
    JsonNode headers = json.path("event");
    return new DeadLetter(
        CloudEvents.read(name -> headers.path(name).textValue(), json.path("payload").asText()),
        consumer(json),
        json.path("item").asText(),
        json.path("partition").asInt(),
        json.path("attempts").asInt(),
        json.path("reason").asText(),
        text(json, "forcedBy"));
  }

  private static String consumer(JsonNode json) {
    return text(json, "consumer")
        .orElseThrow(() -> new IllegalArgumentException("consumer is missing"));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }
}
