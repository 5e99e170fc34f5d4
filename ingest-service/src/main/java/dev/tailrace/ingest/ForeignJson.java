package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.ingest.Outcome.Rejected;
import dev.tailrace.ingest.WebhookSource.Reading;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads a provider's JSON warily: genuine does not mean well-formed, and it is kept for long. */
final class ForeignJson {

  /** More than any provider nests; an event wraps the body, and is read with a limit itself. */
  static final int DEEPEST = 200;

  /** Ids become keys of indexes. */
  static final int LONGEST_ID = 255;

  /** The last second of the year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** What a tenant may be called, since an account is part of its name while nobody owns it. */
  private static final Pattern ACCOUNT = Pattern.compile("[^:*\\s\\p{Cntrl}]+");

  private ForeignJson() {}

  /** What the body means, once it is JSON. */
  static Reading read(Body body, Function<JsonNode, Reading> meaning) {
    Optional<JsonNode> json = body.text().flatMap(ForeignJson::parsed);
    if (json.isEmpty()) {
      return Rejected.malformed("the body is no JSON");
    }
    return isDeeperThan(DEEPEST, json.get())
        ? Rejected.malformed("the body is nested too deeply")
        : meaning.apply(json.get());
  }

  /** A text that says something, and that Postgres can hold. */
  static Optional<String> text(JsonNode node) {
    return Optional.of(node)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isBlank() && text.indexOf('\0') < 0 && isUnicode(text));
  }

  /** A text that names something. */
  static Optional<String> id(JsonNode node) {
    return text(node).filter(text -> text.length() <= LONGEST_ID);
  }

  /** The id of an account at the provider, which can be part of a tenant's name. */
  static Optional<String> account(JsonNode node) {
    return id(node).filter(text -> ACCOUNT.matcher(text).matches());
  }

  /** An instant of 1970 to 9999, in whole seconds. */
  static Optional<Instant> epochSecond(JsonNode node) {
    return Optional.of(node)
        .filter(number -> number.isIntegralNumber() && number.canConvertToLong())
        .map(JsonNode::longValue)
        .filter(second -> second >= 0 && second <= LAST_SECOND)
        .map(Instant::ofEpochSecond);
  }

  /** An instant of 1970 to 9999, in ISO-8601 with its offset. */
  static Optional<Instant> instant(JsonNode node) {
    try {
      return text(node)
          .map(Instant::parse)
          .filter(at -> at.getEpochSecond() >= 0 && at.getEpochSecond() <= LAST_SECOND);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(Json.read(text)).filter(json -> !json.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean isDeeperThan(int levels, JsonNode node) {
    if (!node.isContainerNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode child : node) {
      if (isDeeperThan(levels - 1, child)) {
        return true;
      }
    }
    return false;
  }

  /** JSON can escape half a character, which no UTF-8 carries. */
  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
