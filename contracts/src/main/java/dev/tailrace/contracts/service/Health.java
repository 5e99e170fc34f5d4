package dev.tailrace.contracts.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What a service says of itself: live unless it can't go on or a check says so, started once
 * assembled, ready while every check passes.
 */
public final class Health {

  /** Looks at one thing that the service needs; answers what is wrong with it, or nothing. */
  @FunctionalInterface
  public interface Check {
    Optional<String> problem() throws Exception;
  }

  private enum Phase {
    STARTING,
    STARTED,
    STOPPING
  }

  private final Map<String, Check> checks = new ConcurrentSkipListMap<>();
  private final Map<String, Check> signsOfLife = new ConcurrentSkipListMap<>();
  private volatile Phase phase = Phase.STARTING;
  private volatile Optional<Throwable> failure = Optional.empty();

  /** Adds a check that must pass for the service to be ready. */
  public void ready(String name, Check check) {
    checks.put(name, check);
  }

  /**
   * Adds a check that must pass for the service to be live: where it does not, only a restart
   * helps.
   */
  public void live(String name, Check check) {
    signsOfLife.put(name, check);
  }

  void started() {
    phase = Phase.STARTED;
  }

  void stopping() {
    phase = Phase.STOPPING;
  }

  void failed(Throwable cause) {
    failure = Optional.of(cause);
  }

  /** The answer to one question; the body names each check with "ok" or its problem. */
  record Answer(boolean up, String body) {

    static Answer of(boolean up, ObjectNode checks) {
      ObjectNode body = Json.MAPPER.createObjectNode().put("status", up ? "UP" : "DOWN");
      body.set("checks", checks);
      return new Answer(up, body.toString());
    }
  }

  Answer live() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    failure.ifPresent(cause -> body.put("failed", cause.getClass().getSimpleName()));
    boolean passes = look(signsOfLife, body);
    return Answer.of(passes && failure.isEmpty(), body);
  }

  Answer hasStarted() {
    return Answer.of(phase != Phase.STARTING, Json.MAPPER.createObjectNode());
  }

  Answer ready() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    boolean up = phase == Phase.STARTED && failure.isEmpty();
    if (!up) {
      body.put(
          "service",
          failure.isPresent() ? "failed" : phase.name().toLowerCase(java.util.Locale.ROOT));
    }
    up &= look(checks, body);
    return Answer.of(up, body);
  }

  /** Tells what each says, and answers whether all pass. */
  private static boolean look(Map<String, Check> checks, ObjectNode body) {
    boolean passes = true;
    for (Map.Entry<String, Check> entry : checks.entrySet()) {
      Optional<String> problem = look(entry.getValue());
      body.put(entry.getKey(), problem.orElse("ok"));
      passes &= problem.isEmpty();
    }
    return passes;
  }

  private static Optional<String> look(Check check) {
    try {
      return check.problem();
    } catch (Exception e) {
      return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
