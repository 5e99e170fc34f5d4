package dev.tailrace.consumers.forwarding;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.contracts.event.SlackEvent.EventReceived;
import dev.tailrace.contracts.event.SlackEvent.InteractiveReceived;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Events as ingest makes them. */
final class Told {

  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  static final String TEAM = "T0123";

  private Told() {}

  /** A message in a thread of a channel. */
  static EventReceived message(String channel, String thread, String text) {
    ObjectNode raw =
        Json.MAPPER.createObjectNode().put("team_id", TEAM).put("type", "event_callback");
    raw.putObject("event")
        .put("type", "message")
        .put("channel", channel)
        .put("thread_ts", thread)
        .put("text", text);
    return new EventReceived(TEAM, "Ev" + text, Optional.of(channel + "/" + thread), raw);
  }

  /** A button that was pressed, as the event tells of it: redacted. */
  static InteractiveReceived pressed() {
    ObjectNode raw =
        Json.MAPPER.createObjectNode().put("type", "block_actions").put("action", "go");
    return new InteractiveReceived(TEAM, Optional.of("C1/1"), raw);
  }

  static EmailReceived mail(String emailId, String from, String to) {
    return new EmailReceived(
        emailId,
        from,
        List.of(to),
        List.of(),
        Optional.of("Hello"),
        Optional.of("<1@example.com>"),
        List.of());
  }

  /** Of a project, as ingest resolves it. */
  static NewEvent of(String project, Event event) {
    return NewEvent.of("org_1", NOON, event).about("project", project);
  }
}
