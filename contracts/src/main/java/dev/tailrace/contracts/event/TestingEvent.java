package dev.tailrace.contracts.event;

import jakarta.validation.constraints.NotBlank;
import java.time.Instant;

/** What is sent through the pipeline to see that it runs. */
public sealed interface TestingEvent extends Event {

  /**
   * A canary.
   *
   * @param dbtime Postgres's clock when it was appended
   */
  record Poke(Instant dbtime, @NotBlank String message) implements TestingEvent {}
}
