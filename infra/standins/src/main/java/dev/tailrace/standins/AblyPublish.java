package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the body of a publish and checks all that can be checked without the channel: form, ids and
 * size.
 */
final class AblyPublish {

  static final int LARGEST_CALL_BYTES = 65_536;

  private AblyPublish() {}

  /** What came of reading a body. */
  sealed interface Reading {

    /** Messages that may be published in one call. */
    record Valid(List<AblyDraft> drafts) implements Reading {}

    /** Refused as Ably refuses it. */
    record Refused(AblyProblem problem) implements Reading {}
  }

  static Reading read(Request request) {
    // The place for MessagePack, which ably-java sends unless useBinaryProtocol is false.
    String type = request.header("Content-Type").orElse("application/json");
    if (!type.startsWith("application/json")) {
      return refused(415, 40013, "the stand-in reads application/json only, not " + type);
    }
    Optional<List<AblyDraft>> drafts =
        Json.read(request.body().text()).flatMap(AblyPublish::drafts);
    if (drafts.isEmpty()) {
      return refused(
          400, 40001, "Invalid request body: a message or an array of messages is wanted");
    }
    return check(drafts.get())
        .<Reading>map(Reading.Refused::new)
        .orElseGet(() -> new Reading.Valid(drafts.get()));
  }

  private static Optional<List<AblyDraft>> drafts(JsonNode json) {
    List<AblyDraft> drafts = new ArrayList<>();
    Iterable<JsonNode> elements = json instanceof ArrayNode ? json : List.of(json);
    for (JsonNode element : elements) {
      Optional<AblyDraft> draft =
          element instanceof ObjectNode ? AblyDraft.read(element) : Optional.empty();
      if (draft.isEmpty()) {
        return Optional.empty();
      }
      drafts.add(draft.get());
    }
    return drafts.isEmpty() ? Optional.empty() : Optional.of(drafts);
  }

  private static Optional<AblyProblem> check(List<AblyDraft> drafts) {
    if (drafts.stream().anyMatch(draft -> draft.id().filter(String::isEmpty).isPresent())) {
      return Optional.of(
          new AblyProblem(400, 40031, "Client-specified message id cannot be empty"));
    }
    if (drafts.size() > 1
        && drafts.stream().anyMatch(draft -> draft.id().isPresent())
        && !ofOneBase(drafts)) {
      String message =
          "Client-specified message ids do not match the required format for multi-message ProtocolMessages";
      return Optional.of(new AblyProblem(400, 40031, message));
    }
    int bytes = drafts.stream().mapToInt(AblyDraft::sizeBytes).sum();
    if (bytes > LARGEST_CALL_BYTES) {
      String message =
          "Maximum message length exceeded (size was %d bytes, limit is %d bytes)"
              .formatted(bytes, LARGEST_CALL_BYTES);
      return Optional.of(new AblyProblem(413, 40009, message));
    }
    return Optional.empty();
  }

  /** Each id is {@code <base>:<index>}, with one base and the index of the message in the array. */
  private static boolean ofOneBase(List<AblyDraft> drafts) {
    String first = drafts.getFirst().id().orElse("");
    if (!first.endsWith(":0") || first.length() < 3) {
      return false;
    }
    String base = first.substring(0, first.length() - 1);
    for (int i = 0; i < drafts.size(); i++) {
      if (!drafts.get(i).id().equals(Optional.of(base + i))) {
        return false;
      }
    }
    return true;
  }

  private static Reading refused(int status, int code, String message) {
    return new Reading.Refused(new AblyProblem(status, code, message));
  }
}
