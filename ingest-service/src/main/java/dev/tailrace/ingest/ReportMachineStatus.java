package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.tailrace.contracts.event.MachineEvent;
import dev.tailrace.contracts.event.MachineEvent.Replaced;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.contracts.token.Grant;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code machine.reportStatus}: a machine's daemon says that it serves, and where, and the machine
 * takes the place of the one that served before.
 *
 * <p>The project's row is locked first: of two machines that are ready at the same time one comes
 * after the other, and the later one replaces the earlier. A daemon that says it again is answered
 * the same, and nobody is promoted twice.
 */
final class ReportMachineStatus
    implements Procedure<ReportMachineStatus.Input, ReportMachineStatus.Output> {

  record Input(
      @NotBlank String machineId,
      @Pattern(regexp = "^ready$") @JsonPropertyDescription("ready, the one status there is")
          String status,
      Optional<@Size(max = 1_000) String> message,
      @JsonPropertyDescription(
              "where the daemon answers, such as https://8080-sb.example.com; the last one told is used")
          Optional<@Size(max = Forms.URL_LENGTH) @Pattern(regexp = Forms.DAEMON_URL) String> url) {}

  record Output(String machineId, String state) {}

  @Override
  public String name() {
    return "machine.reportStatus";
  }

  @Override
  public String summary() {
    return "A daemon says how its machine is; a ready one becomes the active one of its project.";
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
  public Set<Grant.Kind> callers() {
    return Set.of(Grant.Kind.DAEMON);
  }

  @Override
  public Result<Output> call(Call call, Input input) throws SQLException {
    String id = input.machineId();
    if (!call.caller().machineId().equals(Optional.of(id))) {
      return new Result.Refused<>(
          403,
          "this token is another machine's",
          List.of(new Problem("/machineId", "is not the machine that the token was made for")));
    }
    Optional<Machine> found = Machines.lock(call.connection(), id);
    if (found.isEmpty()) {
      return Result.unknown("machineId", "machine");
    }
    Machine machine = found.get();
    switch (machine.state()) {
      case MachineState.Starting starting -> promote(call, machine, starting, input.message());
      case MachineState.Active _ -> {}
      case MachineState.Archiving _, MachineState.Archived _, MachineState.Failed _ -> {
        return Result.conflict(
            "a machine that is %s can't become active".formatted(machine.state().word()));
      }
    }
    if (input.url().isPresent()) {
      Statements.change(
          call.connection(), "update machine set url = ? where id = ?", input.url().get(), id);
    }
    return new Result.Done<>(machine.organizationId(), "machine", id, new Output(id, "active"));
  }

  private static void promote(
      Call call, Machine machine, MachineState.Starting starting, Optional<String> message)
      throws SQLException {
    List<Replaced> replaced = replace(call, machine);
    Machines.move(call.connection(), machine, starting.promoted(), call.now());
    call.emit(
        machine.organizationId(),
        new MachineEvent.Ready(machine.id(), machine.projectId(), message));
    call.emit(
        machine.organizationId(),
        new MachineEvent.Promoted(machine.projectId(), machine.id(), replaced));
  }

  /**
   * Those that served before, and those that failed, of which a provider may still have something.
   */
  private static List<Replaced> replace(Call call, Machine promoted) throws SQLException {
    var replaced = new ArrayList<Replaced>();
    for (Machine other : Machines.ofProject(call.connection(), promoted.projectId())) {
      Optional<MachineState> next =
          switch (other.state()) {
            case MachineState.Active active -> Optional.of(active.putAway());
            case MachineState.Failed failed -> Optional.of(failed.putAway());
            case MachineState.Starting _, MachineState.Archiving _, MachineState.Archived _ ->
                Optional.empty();
          };
      if (next.isPresent()) {
        Machines.move(call.connection(), other, next.get(), call.now());
        replaced.add(new Replaced(other.id(), other.provider(), other.externalId()));
      }
    }
    return replaced;
  }
}
