package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.tailrace.contracts.event.AccountEvent.UserCreated;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;

/** {@code user.create}: a person who has signed up. */
final class CreateUser implements PlatformProcedure<CreateUser.Input, CreateUser.Output> {

  record Input(
      @Pattern(regexp = Forms.EMAIL)
          @Size(max = Forms.EMAIL_LENGTH)
          @JsonPropertyDescription(Forms.AN_EMAIL)
          String email,
      @NotBlank @Size(max = Forms.NAME) String name,
      @Pattern(regexp = Forms.WORD) @JsonPropertyDescription(Forms.A_WORD) String signupMethod) {}

  record Output(String userId) {}

  @Override
  public String name() {
    return "user.create";
  }

  @Override
  public String summary() {
    return "Creates a user.";
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
    String id = Ids.next("usr");
    int inserted =
        Statements.change(
            call.connection(),
            """
            insert into app_user (id, email, name, signup_method, created_at)
            values (?, ?, ?, ?, ?)
            on conflict ((lower(email))) do nothing""",
            id,
            input.email(),
            input.name(),
            input.signupMethod(),
            call.now());
    if (inserted == 0) {
      return Result.taken("email");
    }
    call.emit(
        Call.PLATFORM, new UserCreated(id, input.email(), input.name(), input.signupMethod()));
    return new Result.Done<>(Call.PLATFORM, "user", id, new Output(id));
  }
}
