package dev.tailrace.effects;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.service.AdminPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Shows which lanes of an instance are busy, and the queue of one. Each task tells on its own
 * thread; one that does not in time is named.
 */
final class LanesPage implements AdminPage {

  static final String PATH = "/effects/lanes";

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final String application;
  private final int partitions;
  private final Instance shared;
  private final Supplier<Set<Integer>> assigned;

  /**
   * Shows the lanes of one application.
   *
   * @param partitions of the application's inputs
   * @param assigned the tasks that this instance has, also those that are not open yet
   */
  LanesPage(String application, int partitions, Instance shared, Supplier<Set<Integer>> assigned) {
    this.application = application;
    this.partitions = partitions;
    this.shared = shared;
    this.assigned = assigned;
  }

  /** One at a time: the stream threads have other work. */
  @Override
  public synchronized Answer answer(Map<String, String> parameters) throws InterruptedException {
    var problems = new ArrayList<String>();
    LanesQuery query = LanesQuery.parse(parameters, shared.consumers(), problems);
    return problems.isEmpty() ? new Answer(200, ask(query).json(query)) : refusal(problems);
  }

  private static Answer refusal(List<String> problems) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ArrayNode all = json.putArray("problems");
    problems.forEach(all::add);
    return new Answer(400, json);
  }

  private LanesAnswer ask(LanesQuery query) throws InterruptedException {
    var missing = new TreeMap<Integer, String>();
    assigned
        .get()
        .forEach(
            task ->
                missing.put(task, "it is not open: its state is restored, or it goes elsewhere"));
    var asked = new LinkedHashMap<Integer, CompletableFuture<TaskLanes>>();
    shared.watch().open().forEach(task -> asked.put(task.task(), task.ask(query)));
    long end = System.nanoTime() + LIMIT.toNanos();
    var told = new ArrayList<TaskLanes>();
    for (Map.Entry<Integer, CompletableFuture<TaskLanes>> each : asked.entrySet()) {
      try {
        told.add(each.getValue().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        missing.remove(each.getKey());
      } catch (TimeoutException e) {
        each.getValue().cancel(false);
        missing.put(
            each.getKey(),
            "it did not answer within %d s: its thread is busy, or hangs"
                .formatted(LIMIT.toSeconds()));
      } catch (ExecutionException e) {
        missing.put(
            each.getKey(),
            "it could not answer: " + Reasons.of(Objects.requireNonNullElse(e.getCause(), e)));
      }
    }
    return new LanesAnswer(
        application,
        shared.clock().instant(),
        partitions,
        told,
        missing,
        shared.attempts().breakers().leftAlone(),
        shared.attempts().rates().waiting());
  }
}
