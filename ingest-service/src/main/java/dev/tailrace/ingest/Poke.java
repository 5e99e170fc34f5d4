package dev.tailrace.ingest;

import dev.tailrace.contracts.event.TestingEvent;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** {@code testing.poke}: sends a canary through the pipeline, with Postgres's time. */
final class Poke implements PlatformProcedure<Poke.Input, Poke.Output> {

  record Input(@NotBlank @Size(max = 1_000) String message) {}

  record Output(Instant dbtime) {}

  @Override
  public String name() {
    return "testing.poke";
  }

  @Override
  public String summary() {
    return "Sends a canary through the pipeline.";
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
    String tenant = call.caller().tenantId().orElse(Call.PLATFORM);
    Instant dbtime =
        Statements.first(
                call.connection(),
                "select clock_timestamp()",
                row -> row.getObject(1, OffsetDateTime.class).toInstant())
            .orElseThrow();
    call.emit(tenant, new TestingEvent.Poke(dbtime, input.message()));
    return new Result.Done<>(tenant, "testing", "poke", new Output(dbtime));
  }
}
