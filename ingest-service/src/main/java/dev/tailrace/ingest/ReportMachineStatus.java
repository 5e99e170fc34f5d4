package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.tailrace.contracts.event.MachineEvent;
import dev.tailrace.contracts.event.MachineEvent.Replaced;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.token.Grant;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code machine.reportStatus}: a machine's daemon says that it serves, and the machine takes the
 * place of the one that served before.
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
      Optional<@Size(max = 1_000) String> message) {}

  record Output(String machineId, String state) {}

  private record Machine(String projectId, String organizationId, String state) {}

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
    Optional<Machine> found = locked(call.connection(), id);
    if (found.isEmpty()) {
      return Result.unknown("machineId", "machine");
    }
    Machine machine = found.get();
    switch (machine.state()) {
      case "starting" -> promote(call, id, machine, input.message());
      case "active" -> {}
      default -> {
        return Result.conflict("a machine that is " + machine.state() + " can't become active");
      }
    }
    return new Result.Done<>(machine.organizationId(), "machine", id, new Output(id, "active"));
  }

  /** Locks the project, then the machine, so that its state is that after whoever was before us. */
  private static Optional<Machine> locked(Connection connection, String id) throws SQLException {
    Statements.first(
        connection,
        "select 1 from project where id = (select project_id from machine where id = ?) for update",
        _ -> true,
        id);
    return Statements.first(
        connection,
        """
        select m.project_id, p.organization_id, m.state
        from machine m join project p on p.id = m.project_id
        where m.id = ? for update of m""",
        row -> new Machine(row.getString(1), row.getString(2), row.getString(3)),
        id);
  }

  private static void promote(Call call, String id, Machine machine, Optional<String> message)
      throws SQLException {
    List<Replaced> replaced = replace(call.connection(), machine.projectId(), call.now());
    Statements.change(
        call.connection(),
        "update machine set state = 'active', updated_at = ? where id = ?",
        call.now(),
        id);
    call.emit(machine.organizationId(), new MachineEvent.Ready(id, machine.projectId(), message));
    call.emit(
        machine.organizationId(), new MachineEvent.Promoted(machine.projectId(), id, replaced));
  }

  private static List<Replaced> replace(Connection connection, String projectId, Instant now)
      throws SQLException {
    var replaced = new ArrayList<Replaced>();
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update machine set state = 'replaced', updated_at = ?
            where project_id = ? and state = 'active'
            returning id, provider, external_id""")) {
      update.setObject(1, now.atOffset(ZoneOffset.UTC));
      update.setString(2, projectId);
      try (ResultSet row = update.executeQuery()) {
        while (row.next()) {
          replaced.add(
              new Replaced(
                  row.getString(1), row.getString(2), Optional.ofNullable(row.getString(3))));
        }
      }
    }
    return replaced;
  }
}
