package dev.tailrace.contracts.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;

/** What happens on the kitchen board; browsers see these events as they happen. */
public sealed interface KitchenEvent extends Event {

  @NotBlank
  String taskId();

  /** An employee has taken a task. */
  record TaskClaimed(@NotBlank String taskId, @NotBlank String employeeId, Instant claimedAt)
      implements KitchenEvent {}

  /** An employee has put a task back. */
  record TaskReleased(@NotBlank String taskId, @NotBlank String employeeId, Instant releasedAt)
      implements KitchenEvent {}

  /** A task has moved on; progress is in whole percent. */
  record TaskProgress(
      @NotBlank String taskId,
      @NotBlank String employeeId,
      @Min(0) @Max(100) int progressPercent,
      Instant updatedAt)
      implements KitchenEvent {}
}
