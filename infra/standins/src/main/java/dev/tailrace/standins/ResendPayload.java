package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Looks at what is to be sent, field by field, as Resend does. */
final class ResendPayload {

  private static final Set<String> CARRIED_OUT =
      Set.of("from", "to", "subject", "html", "text", "cc", "bcc", "reply_to", "headers", "tags");

  private static final int MOST_RECIPIENTS = 50;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:[^<>@\"]*|\"[^\"]*\" *)<[^<>@\\s,;]+@[^<>@\\s,;]+\\.[^<>@\\s,;]+>"
              + "|[^<>@\\s,;]+@[^<>@\\s,;]+\\.[^<>@\\s,;]+");

  private ResendPayload() {}

  /** What is wrong with it first; empty when it can be sent. */
  static Optional<ResendProblem> check(ObjectNode body) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!CARRIED_OUT.contains(field.getKey())) {
        return Optional.of(
            ResendProblem.invalid(
                "The stand-in does not carry out the field `" + field.getKey() + "`."));
      }
    }
    if (blank(body.path("html")) && blank(body.path("text"))) {
      return Optional.of(ResendProblem.invalid("Missing `html` or `text` field."));
    }
    for (String field : List.of("subject", "to", "from")) {
      if (blank(body.path(field)) && body.path(field).isEmpty()) {
        return Optional.of(ResendProblem.missing(field));
      }
    }
    if (!isAddress(body.path("from"))) {
      return Optional.of(ResendProblem.address("from"));
    }
    for (String field : List.of("to", "cc", "bcc", "reply_to")) {
      List<JsonNode> addresses = addresses(body.path(field));
      if (!addresses.stream().allMatch(ResendPayload::isAddress)) {
        return Optional.of(ResendProblem.address(field));
      }
      if (addresses.size() > MOST_RECIPIENTS) {
        return Optional.of(
            ResendProblem.invalid(
                "The `" + field + "` field must not have more than 50 recipients."));
      }
    }
    return body.path("subject").isTextual()
        ? Optional.empty()
        : Optional.of(ResendProblem.invalid("Invalid `subject` field."));
  }

  /** The addresses in a field, which is one or a list of them. */
  static List<JsonNode> addresses(JsonNode field) {
    if (field.isMissingNode() || field.isNull()) {
      return List.of();
    }
    return field.isArray()
        ? StreamSupport.stream(field.spliterator(), false).toList()
        : List.of(field);
  }

  static Optional<String> text(JsonNode field) {
    return field.isTextual() ? Optional.of(field.asText()) : Optional.empty();
  }

  private static boolean blank(JsonNode field) {
    return !field.isValueNode() || field.isNull() || field.asText().isBlank();
  }

  private static boolean isAddress(JsonNode field) {
    return field.isTextual() && ADDRESS.matcher(field.asText()).matches();
  }
}
