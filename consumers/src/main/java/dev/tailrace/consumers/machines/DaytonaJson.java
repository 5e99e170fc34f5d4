package dev.tailrace.consumers.machines;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.consumers.machines.Sandbox.Phase;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads sandboxes as Daytona's answers have them, in which a new version may say more. */
final class DaytonaJson {

  private DaytonaJson() {}

  /** Empty when one of them can't be read. */
  static Optional<List<Sandbox>> sandboxes(JsonNode page) {
    if (!page.path("items").isArray()) {
      return Optional.empty();
    }
    var all = new ArrayList<Sandbox>();
    for (JsonNode item : page.path("items")) {
      Optional<Sandbox> sandbox = sandbox(item);
      if (sandbox.isEmpty()) {
        return Optional.empty();
      }
      all.add(sandbox.get());
    }
    return Optional.of(all);
  }

  /** Empty without an id or a state; all else may be missing, and more be there. */
  static Optional<Sandbox> sandbox(JsonNode json) {
    Optional<String> id = text(json, "id");
    Optional<String> state = text(json, "state");
    return id.isEmpty() || state.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Sandbox(
                id.get(),
                state.get(),
                phase(state.get(), text(json, "desiredState")),
                text(json, "updatedAt").flatMap(DaytonaJson::instant),
                text(json, "organizationId")));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.of(json.path(field))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isBlank());
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** One that is asked to stop is {@code started} for a while, and wants to be {@code stopped}. */
  private static Phase phase(String state, Optional<String> desired) {
    boolean settled = desired.isEmpty() || desired.get().equals(state);
    return switch (state) {
      case "started" -> settled ? Phase.RUNNING : Phase.CHANGING;
      case "stopped" -> settled ? Phase.STOPPED : Phase.CHANGING;
      case "creating",
          "restoring",
          "starting",
          "stopping",
          "resizing",
          "snapshotting",
          "forking",
          "pending_build",
          "building_snapshot",
          "pulling_snapshot" ->
          Phase.CHANGING;
      case "archiving", "archived", "destroying", Sandboxes.DESTROYED -> Phase.PUT_AWAY;
      case "error", "build_failed" -> Phase.BROKEN;
      default -> Phase.UNKNOWN;
    };
  }
}
