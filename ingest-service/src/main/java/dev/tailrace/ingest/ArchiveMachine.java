package dev.tailrace.ingest;

import dev.tailrace.contracts.event.MachineEvent;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.Optional;

/** {@code machine.archive}: asks for a machine to be put away; a consumer does it. */
final class ArchiveMachine
    implements PlatformProcedure<ArchiveMachine.Input, ArchiveMachine.Output> {

  record Input(@NotBlank String machineId, @NotBlank @Size(max = 1_000) String reason) {}

  record Output(String machineId) {}

  @Override
  public String name() {
    return "machine.archive";
  }

  @Override
  public String summary() {
    return "Asks for a machine to be put away.";
  }

  @Override
  public Class<Input> input() {
    return Input.class;
  }

  @Override
  public Class<Output> output() {
    return Output.class;
  }

  @Override
  public Result<Output> call(Call call, Input input) throws SQLException {
    String id = input.machineId();
    Optional<Machine> found = Machines.lock(call.connection(), id);
    if (found.isEmpty()) {
      return Result.unknown("machineId", "machine");
    }
    Machine machine = found.get();
    Optional<MachineState> next =
        switch (machine.state()) {
          case MachineState.Starting starting -> Optional.of(starting.putAway());
          case MachineState.Active active -> Optional.of(active.putAway());
          case MachineState.Failed failed -> Optional.of(failed.putAway());
          case MachineState.Archiving _, MachineState.Archived _ -> Optional.empty();
        };
    if (next.isEmpty()) {
      return Result.conflict("the machine is %s already".formatted(machine.state().word()));
    }
    Machines.move(call.connection(), machine, next.get(), call.now());
    call.emit(
        machine.organizationId(),
        new MachineEvent.ArchiveRequested(
            id, machine.provider(), machine.externalId(), input.reason()));
    return new Result.Done<>(machine.organizationId(), "machine", id, new Output(id));
  }
}
