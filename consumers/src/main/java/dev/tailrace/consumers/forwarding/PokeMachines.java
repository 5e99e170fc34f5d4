package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.ConnectionEvent;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.OAuthEvent.TokenRefreshed;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Received;
import java.util.List;

/**
 * A project has been connected, or has a new token: each machine that serves it is asked to read
 * its environment again.
 *
 * <p>One that serves no longer when its turn comes is not asked: what takes its place reads its
 * environment when it starts.
 */
final class PokeMachines {

  private static final String PATH = "/api/environment/refresh";

  private final Directory directory;
  private final Deliveries deliveries;

  PokeMachines(Directory directory, Deliveries deliveries) {
    this.directory = directory;
    this.deliveries = deliveries;
  }

  List<String> machines(Received<Event> received) {
    return directory.activeOf(projectOf(received.event()));
  }

  Aimed aim(Effect<Event> effect) {
    return directory.ofMachine(effect.item());
  }

  Outcome poke(Effect<Event> effect, Aimed aimed) {
    return switch (aimed) {
      case Aimed.AtMachine machine ->
          deliveries.deliver(machine, Message.of(effect, PATH, body(effect)));
      case Aimed.Unready machine -> Deliveries.unready(machine);
      case Aimed.NoMachine _, Aimed.Unowned _ ->
          Outcome.skipped("machine %s serves no more".formatted(effect.item()));
    };
  }

  private static String body(Effect<Event> effect) {
    return Json.write(
        Json.MAPPER
            .createObjectNode()
            .put("projectId", projectOf(effect.event()))
            .put("reason", effect.envelope().type()));
  }

  private static String projectOf(Event event) {
    if (event instanceof ConnectionEvent connection) {
      return connection.projectId();
    }
    if (event instanceof TokenRefreshed refreshed) {
      return refreshed.projectId();
    }
    throw new IllegalArgumentException(
        "BUG: pokeMachines does not follow from " + event.getClass().getSimpleName());
  }
}
