package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.ConnectionEvent.SlackCreated;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Received;

/**
 * What Slack tells of a workspace is posted to the machine of the project that the workspace is
 * connected to, as Slack shaped it.
 *
 * <p>An event that was about a project when it came stays that project's, whatever its workspace is
 * connected to later: it is in order with the others of the project. One that came before its
 * workspace was connected is the project's that connects it.
 *
 * @param <E> what it follows from
 */
final class ForwardSlack<E extends SlackEvent> {

  private static final String PATH = "/api/integrations/slack/webhook";
  private static final String RATE_LIMITED = "app_rate_limited";

  /** What is sent for an event, as JSON. */
  @FunctionalInterface
  interface Body<E extends SlackEvent> {
    String of(Effect<E> effect);
  }

  private final Directory directory;
  private final Deliveries deliveries;
  private final Body<E> body;

  ForwardSlack(Directory directory, Deliveries deliveries, Body<E> body) {
    this.directory = directory;
    this.deliveries = deliveries;
    this.body = body;
  }

  /** The thread that it is in; what is in none waits for others of that kind. */
  static String conversation(Received<? extends SlackEvent> received) {
    return switch (received.event()) {
      case SlackEvent.EventReceived it -> it.conversation().orElse("");
      case SlackEvent.InteractiveReceived it -> it.conversation().orElse("");
      case SlackEvent.Other _ -> "";
    };
  }

  /** A workspace that is told too much is no news for a machine. */
  static boolean isForMachines(Received<? extends SlackEvent> received) {
    return switch (received.event()) {
      case SlackEvent.EventReceived _, SlackEvent.InteractiveReceived _ -> true;
      case SlackEvent.Other(_, String kind, _) -> !kind.equals(RATE_LIMITED);
    };
  }

  Aimed aim(Effect<E> effect) {
    Envelope envelope = effect.envelope();
    return envelope.aggregateType().equals(Forwarding.PROJECT)
        ? directory.ofProject(envelope.aggregateId())
        : directory.ofTeam(effect.event().teamId());
  }

  Outcome forward(Effect<E> effect, Aimed aimed) {
    return switch (aimed) {
      case Aimed.AtMachine machine ->
          deliveries.deliver(machine, Message.of(effect, PATH, body.of(effect)));
      case Aimed.Unready machine -> Deliveries.unready(machine);
      case Aimed.NoMachine none -> Deliveries.parked(none);
      case Aimed.Unowned(String team) ->
          Outcome.parked(SlackCreated.class, team, "team " + team + " is connected to no project");
    };
  }
}
