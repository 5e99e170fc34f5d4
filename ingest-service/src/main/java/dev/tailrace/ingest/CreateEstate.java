package dev.tailrace.ingest;

import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import jakarta.validation.constraints.NotBlank;
import java.sql.SQLException;

/** {@code estate.create}: a person's estate. */
final class CreateEstate implements PlatformProcedure<CreateEstate.Input, CreateEstate.Output> {

  record Input(@NotBlank String ownerUserId) {}

  record Output(String estateId) {}

  @Override
  public String name() {
    return "estate.create";
  }

  @Override
  public String summary() {
    return "Creates an estate.";
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
    String id = Ids.next("est");
    Statements.change(
        call.connection(),
        "insert into estate (id, owner_user_id, created_at) values (?, ?, ?)",
        id,
        input.ownerUserId(),
        call.now());
    call.emit(Call.PLATFORM, new EstateCreated(id, input.ownerUserId()));
    return new Result.Done<>(Call.PLATFORM, "estate", id, new Output(id));
  }
}
