package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.event.SlackEvent.InteractiveReceived;
import dev.tailrace.effects.Effect;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * What people did in Slack, whole: a machine needs {@code response_url} and {@code trigger_id} to
 * answer, which are in no event, and so read from the body as it came, when it is sent.
 *
 * <p>What proves to us that Slack called, and what acts as the whole app, stays here.
 */
final class Interactions {

  private static final String FIELD = "payload=";
  private static final List<String> OURS = List.of("token", "bot_access_token");

  private final Jdbi database;

  Interactions(DataSource database) {
    this.database = Jdbi.create(database);
  }

  /** The interaction; what the event has of it, when its body is kept no longer. */
  String body(Effect<InteractiveReceived> effect) {
    return Json.write(
        stored(effect.envelope().id()).flatMap(Interactions::payload).orElse(effect.event().raw()));
  }

  /** What is told of events, which have it all. */
  static String raw(Effect<SlackEvent> effect) {
    return Json.write(
        switch (effect.event()) {
          case SlackEvent.EventReceived it -> it.raw();
          case SlackEvent.InteractiveReceived it -> it.raw();
          case SlackEvent.Other it -> it.raw();
        });
  }

  private Optional<String> stored(UUID eventId) {
    return database.withHandle(
        handle ->
            handle
                .createQuery("select body from webhook_body where event_id = :event")
                .bind("event", eventId)
                .map((row, context) -> new String(row.getBytes(1), UTF_8))
                .findOne());
  }

  /** Ingest has read the same form, and would not have taken it with two payloads or none. */
  private static Optional<ObjectNode> payload(String form) {
    return Stream.of(form.split("&", -1))
        .filter(pair -> pair.startsWith(FIELD))
        .findFirst()
        .flatMap(pair -> object(pair.substring(FIELD.length())));
  }

  private static Optional<ObjectNode> object(String encoded) {
    try {
      return Json.read(URLDecoder.decode(encoded, UTF_8)) instanceof ObjectNode told
          ? Optional.of(told.remove(OURS))
          : Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
