package dev.tailrace.ingest;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.tailrace.contracts.event.BillingEvent;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.util.Optional;

/**
 * {@code billing.createCheckout}: an organisation wants to subscribe; where its person is sent to
 * is asked with {@code billing.getCheckout}.
 */
final class CreateCheckout
    implements PlatformProcedure<CreateCheckout.Input, CreateCheckout.Output> {

  record Input(
      @NotBlank String organizationId,
      @Pattern(regexp = Forms.EMAIL)
          @Size(max = Forms.EMAIL_LENGTH)
          @JsonPropertyDescription(Forms.AN_EMAIL)
          String email,
      @Pattern(regexp = Forms.URL)
          @Size(max = Forms.URL_LENGTH)
          @JsonPropertyDescription(Forms.AN_URL)
          String successUrl,
      @Pattern(regexp = Forms.URL)
          @Size(max = Forms.URL_LENGTH)
          @JsonPropertyDescription(Forms.AN_URL)
          String cancelUrl,
      Optional<String> createdByUserId) {}

  record Output(String checkoutId) {}

  private record Organization(String slug, String name) {}

  @Override
  public String name() {
    return "billing.createCheckout";
  }

  @Override
  public String summary() {
    return "Begins a checkout at Stripe; ask billing.getCheckout for its page.";
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
    Optional<Organization> organization =
        Statements.first(
            call.connection(),
            "select slug, name from organization where id = ?",
            row -> new Organization(row.getString(1), row.getString(2)),
            input.organizationId());
    if (organization.isEmpty()) {
      return Result.unknown("organizationId", "organization");
    }
    if (!Existing.user(call, input.createdByUserId())) {
      return Result.unknown("createdByUserId", "user");
    }
    String id = Ids.next("chk");
    Statements.change(
        call.connection(),
        """
        insert into checkout
          (id, organization_id, email, success_url, cancel_url, created_by_user_id, created_at, updated_at)
        values (?, ?, ?, ?, ?, ?, ?, ?)""",
        id,
        input.organizationId(),
        input.email(),
        input.successUrl(),
        input.cancelUrl(),
        input.createdByUserId(),
        call.now(),
        call.now());
    call.emit(input.organizationId(), initiated(id, input, organization.get()));
    return new Result.Done<>(
        input.organizationId(), "organization", input.organizationId(), new Output(id));
  }

  private static BillingEvent initiated(String id, Input input, Organization organization) {
    return new BillingEvent.CheckoutInitiated(
        id,
        input.organizationId(),
        organization.slug(),
        organization.name(),
        input.createdByUserId(),
        input.email(),
        input.successUrl(),
        input.cancelUrl());
  }
}
