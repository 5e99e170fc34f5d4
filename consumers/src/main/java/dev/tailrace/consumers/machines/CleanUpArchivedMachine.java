package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.event.MachineEvent.Archived;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.util.Optional;

/** The tokens and secrets of a machine end when it is put away; what it served with goes too. */
final class CleanUpArchivedMachine implements Handler<Archived> {

  private final MachineSecrets secrets;

  CleanUpArchivedMachine(MachineSecrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public Handled handle(Effect<Archived> effect) {
    String machineId = effect.event().machineId();
    return new Commit(
        transaction -> {
          Optional<Machine> machine = Machines.lock(transaction.connection(), machineId);
          if (machine.isPresent() && !(machine.get().state() instanceof MachineState.Archived)) {
            return Outcome.skipped(
                "the machine is %s, whatever was said".formatted(machine.get().state().word()));
          }
          int tokens = secrets.end(transaction.connection(), machineId);
          return Outcome.done("tokens revoked: " + tokens);
        });
  }
}
