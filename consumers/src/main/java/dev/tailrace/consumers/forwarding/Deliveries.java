package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import dev.tailrace.effects.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings messages to machines, and says what an answer means for the effect.
 *
 * <p>Whatever is tried again is tried at once when another machine takes the place of the one that
 * did not take it.
 */
final class Deliveries {

  private final Daemons daemons;
  private final Clock clock;

  Deliveries(Daemons daemons, Clock clock) {
    this.daemons = daemons;
    this.clock = clock;
  }

  Outcome deliver(Aimed.AtMachine machine, Message message) {
    return switch (daemons.post(machine, message)) {
      case Heard.Said said -> answered(machine, said);
      case Heard.Nothing(String reason) ->
          later(machine, "machine %s: %s".formatted(machine.machineId(), reason));
    };
  }

  private Outcome answered(Aimed.AtMachine machine, Heard.Said said) {
    int status = said.status();
    String what = "machine %s answered %d".formatted(machine.machineId(), status);
    return switch (status) {
      case 408, 425, 429, 503 -> whenItSays(machine, said, what);
      // It has seen a later one of the lane; the next try is later than that.
      case 409 -> later(machine, what);
      default ->
          switch (status / 100) {
            case 2 -> Outcome.done(what);
            case 4 ->
                Outcome.dead(
                    "%s: %s; mend its daemon, then redrive this".formatted(what, words(said)));
            default -> later(machine, what);
          };
    };
  }

  private static String words(Heard.Said said) {
    return said.words().isEmpty() ? "without a word" : said.words();
  }

  private Outcome whenItSays(Aimed.AtMachine machine, Heard.Said said, String what) {
    Optional<Duration> delay = said.retryAfter(clock.instant());
    return delay.isPresent()
        ? Outcome.retryAfter(delay.get(), what).orWhen(Promoted.class, machine.projectId())
        : later(machine, what);
  }

  private static Outcome later(Aimed.AtMachine machine, String reason) {
    return Outcome.retry(reason).orWhen(Promoted.class, machine.projectId());
  }

  /** Until somebody mends it, or another machine takes its place. */
  static Outcome unready(Aimed.Unready machine) {
    return Outcome.retry(machine.reason()).orWhen(Promoted.class, machine.projectId());
  }

  /** Until there is one. */
  static Outcome parked(Aimed.NoMachine none) {
    return Outcome.parked(Promoted.class, none.projectId(), "no active machine");
  }
}
