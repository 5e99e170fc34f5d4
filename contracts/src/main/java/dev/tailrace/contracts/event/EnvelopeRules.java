package dev.tailrace.contracts.event;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rules of the envelope (DOMAIN 1), the same for every type; migration V2 holds the same rules
 * in SQL.
 */
final class EnvelopeRules {

  /**
   * Over this the outbox refuses an envelope: all that is added on its way must still fit a Kafka
   * record of 4 MiB.
   */
  static final int MAX_ENVELOPE_BYTES = 900_000;

  /** Keys are indexed: Postgres takes no index entry over a third of a page. */
  static final int MAX_KEY_CHARACTERS = 512;

  /** What the envelope adds to its own values: field names, quotes, id, version, instant. */
  private static final int ENVELOPE_OVERHEAD_BYTES = 256;

  /** One tenant's channel pattern must never reach another's. */
  private static final Pattern TENANT = Pattern.compile("[^:*\\s\\p{Cntrl}]+");

  private EnvelopeRules() {}

  static List<Problem> problems(
      String tenantId, String aggregateType, String aggregateId, Optional<String> dedupeKey) {
    var problems = new ArrayList<Problem>();
    if (tenantId.isBlank()) {
      problems.add(new Problem("/tenantId", "must not be blank"));
    } else if (!TENANT.matcher(tenantId).matches()) {
      problems.add(new Problem("/tenantId", "must have no ':', '*', blanks or control characters"));
    }
    key(problems, "/tenantId", tenantId);
    notBlank(problems, "/aggregateType", aggregateType);
    notBlank(problems, "/aggregateId", aggregateId);
    dedupeKey.ifPresent(key -> notBlank(problems, "/dedupeKey", key));
    return problems;
  }

  static List<Problem> payloadProblems(NewEvent event) {
    if (event.payload().indexOf('\0') >= 0) {
      return List.of(new Problem("/payload", "must have no NUL character"));
    }
    int bytes = bytes(event);
    if (bytes > MAX_ENVELOPE_BYTES) {
      return List.of(
          new Problem(
              "",
              "the envelope has "
                  + bytes
                  + " bytes, at most "
                  + MAX_ENVELOPE_BYTES
                  + " are taken"));
    }
    JsonNode payload;
    try {
      payload = Json.read(event.payload());
    } catch (JsonProcessingException e) {
      return List.of(new Problem("/payload", "is no JSON " + place(e)));
    }
    if (!payload.isObject()) {
      return List.of(new Problem("/payload", "must be a JSON object"));
    }
    List<Problem> problems = Schemas.problems(event.type(), payload);
    return problems.isEmpty() ? readingProblems(event.type(), payload) : problems;
  }

  /**
   * What fits the schema and can't be read all the same: the validator takes 1e99 and 2^64 for
   * integers below 100, and an event that no consumer can read must not be appended.
   */
  private static List<Problem> readingProblems(EventType<?> type, JsonNode payload) {
    try {
      Json.MAPPER.treeToValue(payload, type.payload());
      return List.of();
    } catch (JsonMappingException e) {
      return List.of(unreadable(type, "/payload" + pointer(e)));
    } catch (JsonProcessingException e) {
      return List.of(unreadable(type, "/payload"));
    }
  }

  /** Jackson's own words are left out here and in {@link #place}: they quote the payload. */
  private static Problem unreadable(EventType<?> type, String path) {
    return new Problem(path, "is no value that a " + type.payload().getSimpleName() + " can hold");
  }

  private static JsonPointer pointer(JsonMappingException e) {
    JsonPointer pointer = JsonPointer.empty();
    for (JsonMappingException.Reference step : e.getPath()) {
      pointer =
          step.getFieldName() == null
              ? pointer.appendIndex(step.getIndex())
              : pointer.appendProperty(step.getFieldName());
    }
    return pointer;
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null
        ? "that can be read"
        : "at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /** Near enough to the JSON that is made of it, without making it. */
  static int bytes(NewEvent event) {
    return ENVELOPE_OVERHEAD_BYTES
        + utf8(event.tenantId())
        + utf8(event.aggregateType())
        + utf8(event.aggregateId())
        + utf8(event.payload());
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void notBlank(List<Problem> problems, String path, String value) {
    if (value.isBlank()) {
      problems.add(new Problem(path, "must not be blank"));
    }
    key(problems, path, value);
  }

  private static void key(List<Problem> problems, String path, String value) {
    if (value.length() > MAX_KEY_CHARACTERS) {
      problems.add(
          new Problem(
              path, "has " + value.length() + " characters, at most " + MAX_KEY_CHARACTERS));
    }
    if (value.indexOf('\0') >= 0) {
      problems.add(new Problem(path, "must have no NUL character"));
    }
  }
}
