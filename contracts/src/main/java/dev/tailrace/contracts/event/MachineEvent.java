package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Optional;

/** The life of a project's machines. */
public sealed interface MachineEvent extends Event {

  /** A machine is wanted; nothing runs yet. */
  record Created(
      @NotBlank String machineId,
      @NotBlank String projectId,
      @NotBlank String organizationId,
      @NotBlank String name,
      @NotBlank String provider,
      ObjectNode metadata,
      Optional<String> createdByUserId)
      implements MachineEvent {}

  /** The machine's daemon says that it serves. */
  record Ready(@NotBlank String machineId, @NotBlank String projectId, Optional<String> message)
      implements MachineEvent {}

  /** A machine has become the project's active one, in the place of others. */
  record Promoted(
      @NotBlank String projectId,
      @NotBlank String promotedMachineId,
      List<Replaced> replacedMachines)
      implements MachineEvent {}

  /** A machine that gave way; without an external id it never was at its provider. */
  record Replaced(
      @NotBlank String machineId, @NotBlank String provider, Optional<String> externalId) {}

  /** A machine is to be put away. */
  record ArchiveRequested(
      @NotBlank String machineId,
      @NotBlank String provider,
      Optional<String> externalId,
      @NotBlank String reason)
      implements MachineEvent {}

  /** A machine has been put away. */
  record Archived(
      @NotBlank String machineId, @NotBlank String provider, Optional<String> externalId)
      implements MachineEvent {}

  /** The provider's state of a machine has changed. */
  record StateChanged(
      @NotBlank String machineId, @NotBlank String projectId, @NotBlank String providerState)
      implements MachineEvent {}

  /** No machine could be made; given up. */
  record ProvisioningFailed(@NotBlank String machineId, @NotBlank String reason)
      implements MachineEvent {}

  /** The machine could not be put away; given up. */
  record ArchivalFailed(@NotBlank String machineId, @NotBlank String reason)
      implements MachineEvent {}

  /** What the event is about: a machine, but the project for its promotion. */
  default String subject() {
    return switch (this) {
      case Created created -> created.machineId();
      case Ready ready -> ready.machineId();
      case Promoted promoted -> promoted.projectId();
      case ArchiveRequested requested -> requested.machineId();
      case Archived archived -> archived.machineId();
      case StateChanged changed -> changed.machineId();
      case ProvisioningFailed failed -> failed.machineId();
      case ArchivalFailed failed -> failed.machineId();
    };
  }
}
