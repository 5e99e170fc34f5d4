package dev.tailrace.contracts.event;

import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/** Users, organisations and estates come to be. */
public sealed interface AccountEvent extends Event {

  /** A person has signed up. */
  record UserCreated(
      @NotBlank String userId,
      @NotBlank String email,
      @NotBlank String name,
      @NotBlank String signupMethod)
      implements AccountEvent {}

  /** There is a new organisation. */
  record OrganizationCreated(
      @NotBlank String organizationId,
      @NotBlank String name,
      @NotBlank String slug,
      Optional<String> createdByUserId)
      implements AccountEvent {}

  /** There is a new estate. */
  record EstateCreated(@NotBlank String estateId, @NotBlank String ownerUserId)
      implements AccountEvent {}

  /** A build of an estate was asked for. */
  record EstateBuildCreated(
      @NotBlank String estateId, @NotBlank String buildId, Instant requestedAt)
      implements AccountEvent {}
}
