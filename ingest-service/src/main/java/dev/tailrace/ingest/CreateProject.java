package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;

/** {@code project.create}: a project of an organisation. */
final class CreateProject implements PlatformProcedure<CreateProject.Input, CreateProject.Output> {

  record Input(
      @NotBlank String organizationId,
      @NotBlank @Size(max = Forms.NAME) String name,
      @Pattern(regexp = Forms.SLUG) @JsonPropertyDescription(Forms.A_SLUG) String slug) {}

  record Output(String projectId) {}

  @Override
  public String name() {
    return "project.create";
  }

  @Override
  public String summary() {
    return "Creates a project of an organisation.";
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
    if (!Existing.organization(call, input.organizationId())) {
      return Result.unknown("organizationId", "organization");
    }
    String id = Ids.next("prj");
    int inserted =
        Statements.change(
            call.connection(),
            """
            insert into project (id, organization_id, name, slug, created_at)
            values (?, ?, ?, ?, ?)
            on conflict (organization_id, slug) do nothing""",
            id,
            input.organizationId(),
            input.name(),
            input.slug(),
            call.now());
    return inserted == 0
        ? Result.taken("slug")
        : new Result.Done<>(input.organizationId(), "project", id, new Output(id));
  }
}
