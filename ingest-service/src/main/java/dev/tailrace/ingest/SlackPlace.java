package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/** Where in Slack something happened: the workspace, and the conversation in it. */
final class SlackPlace {

  private SlackPlace() {}

  /** The workspace; of an app that a whole enterprise installed, Slack may name that alone. */
  static Optional<String> team(JsonNode told) {
    return Stream.of(
            told.path("team_id"),
            told.path("team").path("id"),
            told.path("event").path("team"),
            told.path("enterprise_id"),
            told.path("enterprise").path("id"))
        .flatMap(node -> ForeignJson.account(node).stream())
        .findFirst();
  }

  /** That of an event: its thread, or the message that would begin one. */
  static Optional<String> ofEvent(JsonNode event) {
    JsonNode item = event.path("item");
    return conversation(
        first(event.path("channel"), event.path("channel").path("id"), item.path("channel")),
        first(
            event.path("thread_ts"),
            // An edit has a time of its own, and within it the message with the one it goes by.
            event.path("message").path("thread_ts"),
            event.path("message").path("ts"),
            event.path("previous_message").path("thread_ts"),
            event.path("previous_message").path("ts"),
            item.path("ts"),
            event.path("ts")));
  }

  /** That of what a person did: it stands where the button was, if that was a message. */
  static Optional<String> ofInteraction(JsonNode interaction) {
    JsonNode container = interaction.path("container");
    JsonNode message = interaction.path("message");
    return conversation(
        first(container.path("channel_id"), interaction.path("channel").path("id")),
        first(
            container.path("thread_ts"),
            message.path("thread_ts"),
            container.path("message_ts"),
            message.path("ts")));
  }

  private static Optional<String> conversation(Optional<String> channel, Optional<String> thread) {
    return channel.flatMap(id -> thread.map(ts -> id + "/" + ts));
  }

  private static Optional<String> first(JsonNode... nodes) {
    return Stream.of(nodes).flatMap(node -> ForeignJson.id(node).stream()).findFirst();
  }
}
