package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.MachineEvent.Replaced;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Received;
import dev.tailrace.effects.Transaction;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A machine that gave way to another is asked to be put away: an effect for each. */
final class ArchiveOldMachines implements Handler<Promoted> {

  static final String NAME = "archiveOldMachines";

  private final Clock clock;

  ArchiveOldMachines(Clock clock) {
    this.clock = clock;
  }

  static List<String> replaced(Received<Promoted> received) {
    return received.event().replacedMachines().stream()
        .map(Replaced::machineId)
        .distinct()
        .toList();
  }

  @Override
  public Handled handle(Effect<Promoted> effect) {
    return new Commit(transaction -> ask(transaction, effect));
  }

  /** What it is at its provider is read here: it may have become known since it was replaced. */
  private Outcome ask(Transaction transaction, Effect<Promoted> effect) throws SQLException {
    Optional<Machine> found = Machines.lock(transaction.connection(), effect.item());
    if (found.isEmpty()) {
      return Outcome.dead("replacedMachines: there is no machine " + effect.item());
    }
    Machine machine = found.get();
    return switch (Ruling.on(machine.state(), true)) {
      case Ruling.Stays(String reason) -> Outcome.skipped(reason);
      case Ruling.Gone() -> Outcome.skipped("it was put away before");
      case Ruling.Going _, Ruling.Leaves _ -> {
        transaction.append(
            new ArchiveRequested(
                machine.id(),
                machine.provider(),
                machine.externalId(),
                "replaced by " + effect.event().promotedMachineId()),
            clock.instant());
        yield Outcome.done("asked to put %s away".formatted(machine.id()));
      }
    };
  }
}
