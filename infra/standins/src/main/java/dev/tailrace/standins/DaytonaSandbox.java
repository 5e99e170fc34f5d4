package dev.tailrace.standins;

import java.time.Instant;
import java.util.Map;

/**
 * A sandbox of the Daytona stand-in as it was at one moment.
 *
 * @param state the name that Daytona gives it, or that the test did
 * @param updatedAt when it got into this state; later than its state before, by a millisecond at
 *     least
 */
public record DaytonaSandbox(
    String id,
    String name,
    Map<String, String> labels,
    String state,
    Instant createdAt,
    Instant updatedAt) {

  public DaytonaSandbox {
    labels = Map.copyOf(labels);
  }
}
