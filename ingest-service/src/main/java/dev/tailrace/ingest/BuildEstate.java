package dev.tailrace.ingest;

import dev.tailrace.contracts.event.AccountEvent.EstateBuildCreated;
import jakarta.validation.constraints.NotBlank;
import java.sql.SQLException;

/**
 * {@code estate.build}: asks for a build of an estate. Its row is the consumer's to write, which
 * keeps when it was asked for.
 */
final class BuildEstate implements PlatformProcedure<BuildEstate.Input, BuildEstate.Output> {

  record Input(@NotBlank String estateId) {}

  record Output(String buildId) {}

  @Override
  public String name() {
    return "estate.build";
  }

  @Override
  public String summary() {
    return "Asks for a build of an estate.";
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
    if (!Statements.exists(
        call.connection(), "select 1 from estate where id = ?", input.estateId())) {
      return Result.unknown("estateId", "estate");
    }
    String id = Ids.next("bld");
    call.emit(Call.PLATFORM, new EstateBuildCreated(input.estateId(), id, call.now()));
    return new Result.Done<>(Call.PLATFORM, "estate", input.estateId(), new Output(id));
  }
}
