package dev.tailrace.contracts.event;

import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/** What became of a stored token when it was to be refreshed; never the token. */
public sealed interface OAuthEvent extends Event {

  @NotBlank
  String secretId();

  /** There is a new token. */
  record TokenRefreshed(
      @NotBlank String secretId,
      @NotBlank String connector,
      @NotBlank String projectId,
      Optional<Instant> expiresAt)
      implements OAuthEvent {}

  /**
   * There is none, and a person may have to connect again.
   *
   * @param reauthUrl where to do so; it names the secret and lets nobody in by itself
   */
  record TokenFailed(
      @NotBlank String secretId,
      Optional<String> connector,
      Optional<String> projectId,
      Code code,
      Optional<String> reauthUrl)
      implements OAuthEvent {}

  /** Why there is none. */
  enum Code {
    NOT_REFRESHABLE,
    NO_REFRESH_TOKEN,
    REFRESH_FAILED,
    SECRET_NOT_FOUND
  }
}
