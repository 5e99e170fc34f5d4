package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/**
 * What Daytona told its webhook of sandboxes; deliveries can be lost or overtake one another, so go
 * by {@code updatedAt}.
 */
public sealed interface DaytonaEvent extends Event {

  /** Any change of a sandbox's state, its creation too. */
  sealed interface SandboxChange extends DaytonaEvent {

    @NotBlank
    String sandboxId();

    /** Daytona's word; new ones must be expected. */
    String newState();

    Instant updatedAt();
  }

  /** There is a new sandbox. */
  record SandboxCreated(
      @NotBlank String sandboxId, @NotBlank String newState, Instant updatedAt, ObjectNode raw)
      implements SandboxChange {}

  /** A sandbox went from one state to another. */
  record SandboxStateUpdated(
      @NotBlank String sandboxId,
      Optional<String> oldState,
      @NotBlank String newState,
      Instant updatedAt,
      ObjectNode raw)
      implements SandboxChange {}

  /** Any other event of Daytona's, such as those of snapshots; {@code type} is its own. */
  record Other(@NotBlank String id, @NotBlank String type, ObjectNode raw)
      implements DaytonaEvent {}
}
