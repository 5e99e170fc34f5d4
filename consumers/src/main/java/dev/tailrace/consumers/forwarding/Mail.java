package dev.tailrace.consumers.forwarding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What the event of a mail does not tell: its texts and its headers.
 *
 * @param headers as they were read; a header that stands there twice may be a list
 */
record Mail(Optional<String> html, Optional<String> text, ObjectNode headers) {

  /** What a header says, however its name is spelled; nothing when it is not there. */
  List<String> header(String name) {
    return headers.properties().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .flatMap(
            header ->
                header.getValue().isArray()
                    ? StreamSupport.stream(header.getValue().spliterator(), false)
                    : StreamSupport.stream(List.of(header.getValue()).spliterator(), false))
        .map(JsonNode::asText)
        .map(String::strip)
        .toList();
  }

  /** Leaves out what people wrote. */
  @Override
  public String toString() {
    return "Mail[%d headers]".formatted(headers.size());
  }
}
