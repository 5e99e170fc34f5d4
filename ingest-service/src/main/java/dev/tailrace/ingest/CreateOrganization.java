package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.tailrace.contracts.event.AccountEvent.OrganizationCreated;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.Optional;

/** {@code organization.create}: an organisation, and its owner's membership. */
final class CreateOrganization
    implements PlatformProcedure<CreateOrganization.Input, CreateOrganization.Output> {

  record Input(
      @NotBlank @Size(max = Forms.NAME) String name,
      @Pattern(regexp = Forms.SLUG) @JsonPropertyDescription(Forms.A_SLUG) String slug,
      @NotBlank String ownerUserId) {}

  record Output(String organizationId) {}

  @Override
  public String name() {
    return "organization.create";
  }

  @Override
  public String summary() {
    return "Creates an organisation, with its creator as the owner.";
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
    if (!Existing.user(call, input.ownerUserId())) {
      return Result.unknown("ownerUserId", "user");
    }
    String id = Ids.next("org");
    int inserted =
        Statements.change(
            call.connection(),
            """
            insert into organization (id, name, slug, created_at) values (?, ?, ?, ?)
            on conflict (slug) do nothing""",
            id,
            input.name(),
            input.slug(),
            call.now());
    if (inserted == 0) {
      return Result.taken("slug");
    }
    Statements.change(
        call.connection(),
        """
        insert into membership (organization_id, user_id, role, created_at)
        values (?, ?, 'owner', ?)""",
        id,
        input.ownerUserId(),
        call.now());
    call.emit(
        id,
        new OrganizationCreated(id, input.name(), input.slug(), Optional.of(input.ownerUserId())));
    return new Result.Done<>(id, "organization", id, new Output(id));
  }
}
