package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;

/** What came of a call to Daytona. */
sealed interface DaytonaOutcome {

  /** It was done, and this is what is answered. */
  record Done(JsonNode json) implements DaytonaOutcome {}

  /** It was refused; nothing changed. */
  record Refused(DaytonaProblem problem) implements DaytonaOutcome {}

  static DaytonaOutcome refused(DaytonaProblem problem) {
    return new Refused(problem);
  }
}
