package dev.tailrace.standins;

import java.util.Map;

/** What a sandbox runs while it is started. */
@FunctionalInterface
public interface Boot {

  /**
   * Starts it, on a thread that is the sandbox's own; what fails is logged, and the sandbox is
   * started all the same, as it would be at Daytona.
   *
   * @param env what the sandbox was created with; empty for one that a test has put there
   */
  Running start(String sandboxId, Map<String, String> env) throws Exception;

  /** What runs until the sandbox stops, whatever stops it. */
  @FunctionalInterface
  interface Running extends AutoCloseable {

    @Override
    void close();
  }
}
