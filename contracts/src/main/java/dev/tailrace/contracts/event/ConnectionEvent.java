package dev.tailrace.contracts.event;

import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Optional;

/**
 * A project has been connected to an account elsewhere; the tokens stay sealed in the table that
 * {@code secretRefs} point to.
 */
public sealed interface ConnectionEvent extends Event {

  @NotBlank
  String connectionId();

  @NotBlank
  String projectId();

  @NotBlank
  String organizationId();

  /** The account's id at the provider. */
  @NotBlank
  String externalId();

  /** Ids of the secrets that came with it. */
  List<String> secretRefs();

  /** A workspace of Slack. */
  record SlackCreated(
      @NotBlank String connectionId,
      @NotBlank String projectId,
      @NotBlank String organizationId,
      @NotBlank String externalId,
      List<String> secretRefs)
      implements ConnectionEvent {}

  /** An account or organisation of GitHub. */
  record GithubCreated(
      @NotBlank String connectionId,
      @NotBlank String projectId,
      @NotBlank String organizationId,
      @NotBlank String externalId,
      List<String> secretRefs)
      implements ConnectionEvent {}

  /** A person's account of Google. */
  record GoogleCreated(
      @NotBlank String connectionId,
      @NotBlank String projectId,
      @NotBlank String organizationId,
      Optional<String> userId,
      @NotBlank String externalId,
      List<String> secretRefs)
      implements ConnectionEvent {}
}
