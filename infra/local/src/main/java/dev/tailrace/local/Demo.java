package dev.tailrace.local;

import java.time.Clock;

/** {@code ./tailrace demo}: three journeys, and each step of their way with its time. */
final class Demo {

  private final Whereabouts whereabouts;
  private final Terminal terminal;
  private final Clock clock;

  Demo(Whereabouts whereabouts, Terminal terminal, Clock clock) {
    this.whereabouts = whereabouts;
    this.terminal = terminal;
    this.clock = clock;
  }

  void run() {
    try (var sights = Sights.open(whereabouts)) {
      new SubscriptionJourney(whereabouts, sights, terminal, clock).run();
      new KitchenJourney(whereabouts, sights, terminal, clock).run();
      new MachineJourney(whereabouts, sights, terminal, clock).run();
    }
    terminal.line(
        "\n  Read them in Kafka:  kcat -b %s -C -t events.kitchen.task.claimed -f '%%k %%h\\n%%s\\n'"
            .formatted(whereabouts.kafka()));
  }
}
