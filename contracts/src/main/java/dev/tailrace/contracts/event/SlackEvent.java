package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

/**
 * What Slack told one of its two webhooks; the body is kept as Slack shaped it, less what is
 * redacted.
 */
public sealed interface SlackEvent extends Event {

  /** The workspace, {@code T...}. */
  @NotBlank
  String teamId();

  /**
   * Something happened in a workspace, such as a message or a mention; {@code raw} is the whole
   * delivery.
   */
  record EventReceived(
      @NotBlank String teamId,
      @NotBlank String slackEventId,
      Optional<String> conversation,
      ObjectNode raw)
      implements SlackEvent {}

  /**
   * A person pressed a button or sent a form; where to answer is left out, and read from the stored
   * body.
   */
  record InteractiveReceived(@NotBlank String teamId, Optional<String> conversation, ObjectNode raw)
      implements SlackEvent {}

  /** Any other delivery; {@code kind} is Slack's {@code type}. */
  record Other(@NotBlank String teamId, @NotBlank String kind, ObjectNode raw)
      implements SlackEvent {}
}
