package dev.tailrace.effects;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.effects.TaskLanes.SeenEffect;
import dev.tailrace.effects.TaskLanes.SeenLane;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What an instance tells of its lanes.
 *
 * @param partitions of the application's inputs: it has as many tasks, over all instances
 * @param tasks what its tasks told
 * @param missing tasks of this instance that told nothing, and why
 * @param breakers by destination, those that are not closed
 * @param rates by scope, how many wait for their turn
 */
record LanesAnswer(
    String application,
    Instant at,
    int partitions,
    List<TaskLanes> tasks,
    SortedMap<Integer, String> missing,
    SortedMap<String, Breaker> breakers,
    SortedMap<String, Integer> rates) {

  ObjectNode json(LanesQuery query) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("application", application);
    json.put("at", at.toString());
    json.put("partitions", partitions);
    ArrayNode answered = json.putArray("tasks");
    tasks.stream().map(TaskLanes::task).sorted().forEach(answered::add);
    ArrayNode silent = json.putArray("missing");
    missing.forEach((task, why) -> silent.addObject().put("task", task).put("why", why));
    breakers(json, query.limit());
    rates(json, query.limit());
    ArrayNode paused = json.putArray("paused");
    // Each task knows of all pauses.
    tasks.stream()
        .flatMap(task -> task.paused().stream())
        .distinct()
        .sorted(Comparator.comparing(Scope::toString))
        .forEach(
            scope -> {
              ObjectNode its = paused.addObject().put("consumer", scope.consumer());
              scope.lane().ifPresent(lane -> its.put("lane", lane));
            });
    json.put("wanted", tasks.stream().mapToInt(TaskLanes::wanted).sum());
    ArrayNode lanes = json.putArray("lanes");
    tasks.stream()
        .flatMap(task -> task.lanes().stream())
        .sorted(SeenLane.ORDER)
        .limit(query.limit())
        .forEach(lane -> lanes.add(lane(lane, query.lane().isPresent())));
    return json;
  }

  private void breakers(ObjectNode json, int limit) {
    ArrayNode shown = json.putArray("breakers");
    breakers.entrySet().stream()
        .limit(limit)
        .forEach(
            entry -> {
              ObjectNode its = shown.addObject().put("destination", entry.getKey());
              switch (entry.getValue()) {
                case Breaker.Closed closed -> its.put("state", "closed");
                case Breaker.Open open ->
                    its.put("state", "open").put("until", open.until().toString());
                case Breaker.Probing probing ->
                    its.put("state", "probing").put("until", probing.until().toString());
              }
            });
    more(json, "moreBreakers", breakers, limit);
  }

  private void rates(ObjectNode json, int limit) {
    ArrayNode shown = json.putArray("rates");
    rates.entrySet().stream()
        .limit(limit)
        .forEach(
            entry ->
                shown
                    .addObject()
                    .put("scope", entry.getKey())
                    .put("waiting", entry.getValue().intValue()));
    more(json, "moreRates", rates, limit);
  }

  private static void more(ObjectNode json, String field, Map<?, ?> all, int limit) {
    if (all.size() > limit) {
      json.put(field, all.size() - limit);
    }
  }

  private static ObjectNode lane(SeenLane lane, boolean hasQueue) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("consumer", lane.head().consumer());
    json.put("lane", lane.head().lane());
    json.put("task", lane.task());
    json.put("pending", lane.pending());
    json.put("state", lane.standing().label());
    if (hasQueue) {
      ArrayNode queue = json.putArray("queue");
      lane.effects().forEach(effect -> queue.add(effect(effect)));
    } else {
      lane.effects().forEach(head -> json.set("head", effect(head)));
    }
    return json;
  }

  private static ObjectNode effect(SeenEffect effect) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("eventId", effect.key().eventId().toString());
    json.put("type", effect.type());
    json.put("seq", effect.seq());
    if (!effect.key().item().isEmpty()) {
      json.put("item", effect.key().item());
    }
    json.put("state", effect.standing().label());
    json.put("attempt", effect.attempt());
    json.put("since", effect.since().toString());
    json.put("due", effect.due().toString());
    effect.awaited().ifPresent(awaited -> json.set("awaits", awaits(effect.standing(), awaited)));
    effect.lastError().ifPresent(error -> json.put("lastError", error));
    return json;
  }

  private static ObjectNode awaits(Standing standing, Awaited awaited) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    return switch (standing) {
      case HELD_BY_BREAKER -> json.put("destination", awaited.key());
      case HELD_BY_RATE -> json.put("rate", awaited.key());
      case PARKED, RUNNING, READY, PAUSED, WAITING, LENT, BEHIND ->
          json.put("event", awaited.event()).put("key", awaited.key());
    };
  }
}
