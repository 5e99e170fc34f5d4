package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/** What is counted: for PostHog. */
public sealed interface AnalyticsEvent extends Event {

  /** Who did it, as PostHog knows them. */
  @NotBlank
  String distinctId();

  /** Somebody did something. */
  record Captured(
      @NotBlank String event,
      @NotBlank String distinctId,
      ObjectNode properties,
      Optional<ObjectNode> groups,
      Instant capturedAt)
      implements AnalyticsEvent {}

  /** Something went wrong for somebody. */
  record ExceptionCaptured(
      @NotBlank String event,
      @NotBlank String distinctId,
      ObjectNode properties,
      Optional<ObjectNode> groups,
      Instant capturedAt)
      implements AnalyticsEvent {}
}
