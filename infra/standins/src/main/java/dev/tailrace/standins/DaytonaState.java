package dev.tailrace.standins;

import java.time.Instant;
import java.util.Set;

/**
 * Where a sandbox stands: in a state that lasts, or on its way from one to the next.
 *
 * <p>Each method is something that Daytona can be asked to do, and answers what comes of it.
 */
sealed interface DaytonaState {

  String name();

  /** It stays so. A test may give it any name, even that of a change, which then never ends. */
  record Lasting(String name) implements DaytonaState {}

  /** On the way: it is {@code target} as soon as it is {@code due}. */
  record Changing(String name, String target, Instant due) implements DaytonaState {}

  /** What comes of being asked. */
  sealed interface Step {

    /** It changes. */
    record To(DaytonaState next) implements Step {}

    /** It is so already, and that is fine. */
    record Stays() implements Step {}

    /** Daytona doesn't do that from here. */
    record Refused(DaytonaProblem problem) implements Step {}
  }

  /** The states of a change that is under way. */
  Set<String> CHANGES =
      Set.of(
          "creating",
          "restoring",
          "destroying",
          "starting",
          "stopping",
          "archiving",
          "resizing",
          "snapshotting",
          "forking",
          "pending_build",
          "building_snapshot",
          "pulling_snapshot");

  static DaytonaState created(Instant due) {
    return new Changing("creating", "started", due);
  }

  /** Starts what is stopped or archived, or about to be archived. */
  default Step start(Instant due) {
    return switch (name()) {
      case "started" -> new Step.Stays();
      case "stopped" -> to("starting", "started", due);
      case "archived", "archiving" -> to("restoring", "started", due);
      default -> refused("Sandbox is not in valid state");
    };
  }

  default Step stop(Instant due) {
    return name().equals("started")
        ? to("stopping", "stopped", due)
        : refused("Sandbox is not started");
  }

  /** Archives what is stopped; one that is archived is not stopped any more. */
  default Step archive(Instant due) {
    return name().equals("stopped")
        ? to("archiving", "archived", due)
        : refused("Sandbox is not stopped");
  }

  default Step destroy(Instant due) {
    return CHANGES.contains(name())
        ? new Step.Refused(DaytonaProblem.underWay())
        : to("destroying", "destroyed", due);
  }

  private Step refused(String reason) {
    return new Step.Refused(
        CHANGES.contains(name()) ? DaytonaProblem.underWay() : DaytonaProblem.bad(reason));
  }

  private static Step to(String name, String target, Instant due) {
    return new Step.To(new Changing(name, target, due));
  }
}
