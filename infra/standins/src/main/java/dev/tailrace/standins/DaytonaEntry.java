package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * All that the stand-in knows of one sandbox.
 *
 * @param asked what it was created with, as far as Daytona says it again
 */
record DaytonaEntry(
    String id,
    String name,
    Map<String, String> labels,
    ObjectNode asked,
    DaytonaState state,
    Instant createdAt,
    Instant updatedAt) {

  DaytonaEntry {
    labels = Map.copyOf(labels);
    asked = asked.deepCopy();
  }

  /** In another state since {@code at}, or since just after its last change. */
  DaytonaEntry in(DaytonaState next, Instant at) {
    Instant justAfter = updatedAt.plusMillis(1);
    Instant told = at.truncatedTo(ChronoUnit.MILLIS);
    return new DaytonaEntry(
        id, name, labels, asked, next, createdAt, told.isBefore(justAfter) ? justAfter : told);
  }

  boolean destroyed() {
    return state.name().equals("destroyed");
  }

  boolean called(String idOrName) {
    return id.equals(idOrName) || name.equals(idOrName);
  }

  DaytonaSandbox view() {
    return new DaytonaSandbox(id, name, labels, state.name(), createdAt, updatedAt);
  }

  ObjectNode json() {
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("organizationId", DaytonaStandIn.ORGANIZATION)
            .put("name", name)
            .put("target", "us")
            .put("user", "daytona")
            .put("public", false)
            .put("networkBlockAll", false)
            .put("cpu", 1)
            .put("gpu", 0)
            .put("memory", 1)
            .put("disk", 3)
            .put("class", "small");
    json.putObject("env");
    json.setAll(asked.deepCopy());
    ObjectNode told = json.putObject("labels");
    labels.forEach(told::put);
    return json.put("state", state.name())
        .put("desiredState", desired())
        .put("createdAt", IsoMillis.of(createdAt))
        .put("updatedAt", IsoMillis.of(updatedAt));
  }

  private String desired() {
    return switch (state) {
      case DaytonaState.Changing(String _, String target, Instant _) -> target;
      case DaytonaState.Lasting(String lasting) -> lasting;
    };
  }
}
