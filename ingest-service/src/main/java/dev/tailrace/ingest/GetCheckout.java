package dev.tailrace.ingest;

import jakarta.validation.constraints.NotBlank;
import java.sql.SQLException;
import java.util.Optional;

/**
 * {@code billing.getCheckout}: how a checkout of an organisation stands.
 *
 * <p>It changes nothing and is asked again and again, and its URL lets whoever has it pay: it is
 * not told.
 */
final class GetCheckout implements PlatformProcedure<GetCheckout.Input, GetCheckout.Output> {

  record Input(@NotBlank String organizationId, @NotBlank String checkoutId) {}

  /**
   * How it stands.
   *
   * @param status pending, ready, failed or completed
   */
  record Output(String status, Optional<String> url, Optional<String> reason) {}

  @Override
  public String name() {
    return "billing.getCheckout";
  }

  @Override
  public String summary() {
    return "Answers how far a checkout is.";
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
  public boolean isTold() {
    return false;
  }

  @Override
  public Result<Output> call(Call call, Input input) throws SQLException {
    Optional<Output> output =
        Statements.first(
            call.connection(),
            "select state, url, reason from checkout where id = ? and organization_id = ?",
            row ->
                new Output(
                    row.getString(1),
                    Optional.ofNullable(row.getString(2)),
                    Optional.ofNullable(row.getString(3))),
            input.checkoutId(),
            input.organizationId());
    return output.isEmpty()
        ? Result.unknown("checkoutId", "checkout")
        : new Result.Done<>(
            input.organizationId(), "organization", input.organizationId(), output.get());
  }
}
