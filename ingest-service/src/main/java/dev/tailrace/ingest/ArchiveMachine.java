package dev.tailrace.ingest;

import dev.tailrace.contracts.event.MachineEvent;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.Optional;

/** {@code machine.archive}: asks for a machine to be put away; a consumer does it. */
final class ArchiveMachine
    implements PlatformProcedure<ArchiveMachine.Input, ArchiveMachine.Output> {

  record Input(@NotBlank String machineId, @NotBlank @Size(max = 1_000) String reason) {}

  record Output(String machineId) {}

  private record Machine(
      String organizationId, String provider, Optional<String> externalId, String state) {}

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
    Optional<Machine> found =
        Statements.first(
            call.connection(),
            """
            select p.organization_id, m.provider, m.external_id, m.state
            from machine m join project p on p.id = m.project_id
            where m.id = ? for update of m""",
            row ->
                new Machine(
                    row.getString(1),
                    row.getString(2),
                    Optional.ofNullable(row.getString(3)),
                    row.getString(4)),
            id);
    if (found.isEmpty()) {
      return Result.unknown("machineId", "machine");
    }
    Machine machine = found.get();
    if (machine.state().equals("archived")) {
      return Result.conflict("the machine is archived already");
    }
    call.emit(
        machine.organizationId(),
        new MachineEvent.ArchiveRequested(
            id, machine.provider(), machine.externalId(), input.reason()));
    return new Result.Done<>(machine.organizationId(), "machine", id, new Output(id));
  }
}
