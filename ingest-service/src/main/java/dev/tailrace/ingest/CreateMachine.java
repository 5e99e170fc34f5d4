package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.Optional;

/** {@code machine.create}: a machine that is wanted; nothing runs yet. */
final class CreateMachine implements PlatformProcedure<CreateMachine.Input, CreateMachine.Output> {

  record Input(
      @NotBlank String projectId,
      @NotBlank @Size(max = Forms.NAME) String name,
      @Pattern(regexp = Forms.WORD) @JsonPropertyDescription(Forms.A_WORD) String provider,
      Optional<ObjectNode> metadata,
      Optional<String> createdByUserId) {}

  record Output(String machineId) {}

  @Override
  public String name() {
    return "machine.create";
  }

  @Override
  public String summary() {
    return "Wants a machine for a project; it is provisioned afterwards.";
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
    Optional<String> organization =
        Statements.first(
            call.connection(),
            "select organization_id from project where id = ?",
            row -> row.getString(1),
            input.projectId());
    if (organization.isEmpty()) {
      return Result.unknown("projectId", "project");
    }
    if (!Existing.user(call, input.createdByUserId())) {
      return Result.unknown("createdByUserId", "user");
    }
    String id = Ids.next("mch");
    ObjectNode metadata = input.metadata().orElseGet(Json.MAPPER::createObjectNode);
    Statements.change(
        call.connection(),
        """
        insert into machine
          (id, project_id, name, provider, state, metadata, created_by_user_id, created_at, updated_at)
        values (?, ?, ?, ?, 'starting', ?::jsonb, ?, ?, ?)""",
        id,
        input.projectId(),
        input.name(),
        input.provider(),
        metadata.toString(),
        input.createdByUserId(),
        call.now(),
        call.now());
    call.emit(
        organization.get(),
        new MachineEvent.Created(
            id,
            input.projectId(),
            organization.get(),
            input.name(),
            input.provider(),
            metadata,
            input.createdByUserId()));
    return new Result.Done<>(organization.get(), "machine", id, new Output(id));
  }
}
