package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * The sandboxes, and what becomes of them by the clock: whoever looks sees the changes done that
 * are due by then, and each change is told to the webhooks.
 *
 * <p>A destroyed one is kept, so that a test can see it, but Daytona's API doesn't know it any
 * more.
 */
final class DaytonaSandboxes {

  private final Clock clock;
  private final SvixWebhooks webhooks;
  private final DaytonaBoots boots;
  private final Map<String, DaytonaEntry> entries = new LinkedHashMap<>();
  private final Map<String, DaytonaState.Changing> changing = new LinkedHashMap<>();
  private Duration take = Duration.ZERO;

  DaytonaSandboxes(Clock clock, SvixWebhooks webhooks, DaytonaBoots boots) {
    this.clock = clock;
    this.webhooks = webhooks;
    this.boots = boots;
  }

  synchronized void transitionsTake(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a change can't take less than no time: " + duration);
    }
    take = duration;
  }

  synchronized DaytonaOutcome create(
      Optional<String> name, Map<String, String> labels, ObjectNode asked) {
    settle();
    String id = UUID.randomUUID().toString();
    String called = name.orElse(id);
    if (known(called).isPresent()) {
      return DaytonaOutcome.refused(
          DaytonaProblem.conflict("Sandbox with name " + called + " already exists"));
    }
    return new DaytonaOutcome.Done(
        add(id, called, labels, asked, DaytonaState.created(clock.instant().plus(take))).json());
  }

  synchronized DaytonaOutcome get(String idOrName) {
    settle();
    return known(idOrName)
        .<DaytonaOutcome>map(entry -> new DaytonaOutcome.Done(entry.json()))
        .orElseGet(() -> DaytonaOutcome.refused(DaytonaProblem.missing(idOrName)));
  }

  /** Asks a sandbox to change; the step is told when the change would be due. */
  synchronized DaytonaOutcome change(
      String idOrName, BiFunction<DaytonaState, Instant, DaytonaState.Step> step) {
    settle();
    Optional<DaytonaEntry> found = known(idOrName);
    if (found.isEmpty()) {
      return DaytonaOutcome.refused(DaytonaProblem.missing(idOrName));
    }
    DaytonaEntry entry = found.get();
    return switch (step.apply(entry.state(), clock.instant().plus(take))) {
      case DaytonaState.Step.To(DaytonaState next) ->
          new DaytonaOutcome.Done(move(entry, next, clock.instant()).json());
      case DaytonaState.Step.Stays() -> new DaytonaOutcome.Done(entry.json());
      case DaytonaState.Step.Refused(DaytonaProblem problem) -> DaytonaOutcome.refused(problem);
    };
  }

  /** Puts a sandbox into a state that lasts; one that nobody knows is made. */
  synchronized void put(String id, String state) {
    settle();
    DaytonaState lasting = new DaytonaState.Lasting(state);
    DaytonaEntry entry = entries.get(id);
    if (entry == null) {
      var _ = add(id, id, Map.of(), Json.object(), lasting);
    } else {
      var _ = move(entry, lasting, clock.instant());
    }
  }

  /** Those that Daytona knows and that have all these labels, the oldest first. */
  synchronized List<ObjectNode> list(Map<String, String> labels) {
    settle();
    return entries.values().stream()
        .filter(entry -> !entry.destroyed())
        .filter(entry -> entry.labels().entrySet().containsAll(labels.entrySet()))
        .map(DaytonaEntry::json)
        .toList();
  }

  /** All that there ever were, the oldest first. */
  synchronized List<DaytonaSandbox> views() {
    settle();
    return entries.values().stream().map(DaytonaEntry::view).toList();
  }

  synchronized Optional<DaytonaSandbox> view(String id) {
    settle();
    return Optional.ofNullable(entries.get(id)).map(DaytonaEntry::view);
  }

  /** Finishes the changes that are due, in the order in which they are. */
  synchronized void settle() {
    Instant now = clock.instant();
    List<Map.Entry<String, DaytonaState.Changing>> due = new ArrayList<>();
    changing.forEach(
        (id, change) -> {
          if (!change.due().isAfter(now)) {
            due.add(Map.entry(id, change));
          }
        });
    due.sort(Comparator.comparing(change -> change.getValue().due()));
    for (Map.Entry<String, DaytonaState.Changing> change : due) {
      DaytonaEntry entry = entries.get(change.getKey());
      if (entry != null) {
        var _ =
            move(
                entry,
                new DaytonaState.Lasting(change.getValue().target()),
                change.getValue().due());
      }
    }
  }

  ObjectNode json() {
    ArrayNode list = Json.array();
    views()
        .forEach(
            sandbox -> {
              ObjectNode json =
                  list.addObject()
                      .put("id", sandbox.id())
                      .put("name", sandbox.name())
                      .put("state", sandbox.state())
                      .put("createdAt", IsoMillis.of(sandbox.createdAt()))
                      .put("updatedAt", IsoMillis.of(sandbox.updatedAt()));
              ObjectNode labels = json.putObject("labels");
              sandbox.labels().forEach(labels::put);
            });
    return Json.object().set("sandboxes", list);
  }

  private Optional<DaytonaEntry> known(String idOrName) {
    return entries.values().stream()
        .filter(entry -> !entry.destroyed() && entry.called(idOrName))
        .findFirst();
  }

  private DaytonaEntry add(
      String id, String name, Map<String, String> labels, ObjectNode asked, DaytonaState state) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    DaytonaEntry entry = new DaytonaEntry(id, name, labels, asked, state, now, now);
    keep(entry);
    webhooks.tell(
        "sandbox.created",
        event("sandbox.created", id)
            .put("state", state.name())
            .put("createdAt", IsoMillis.of(now)));
    return entry;
  }

  private DaytonaEntry move(DaytonaEntry entry, DaytonaState next, Instant at) {
    DaytonaEntry moved = entry.in(next, at);
    keep(moved);
    webhooks.tell(
        "sandbox.state.updated",
        event("sandbox.state.updated", entry.id())
            .put("oldState", entry.state().name())
            .put("newState", next.name())
            .put("updatedAt", IsoMillis.of(moved.updatedAt())));
    return moved;
  }

  private void keep(DaytonaEntry entry) {
    entries.put(entry.id(), entry);
    switch (entry.state()) {
      case DaytonaState.Changing change -> changing.put(entry.id(), change);
      case DaytonaState.Lasting _ -> changing.remove(entry.id());
    }
    boots.changed(entry);
  }

  private ObjectNode event(String type, String id) {
    return Json.object()
        .put("event", type)
        .put("timestamp", IsoMillis.of(clock.instant()))
        .put("id", id)
        .put("organizationId", DaytonaStandIn.ORGANIZATION);
  }
}
