package dev.tailrace.contracts.event;

import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

/** An organisation on its way to a subscription. */
public sealed interface BillingEvent extends Event {

  @NotBlank
  String checkoutId();

  @NotBlank
  String organizationId();

  /** A person wants to subscribe. */
  record CheckoutInitiated(
      @NotBlank String checkoutId,
      @NotBlank String organizationId,
      @NotBlank String organizationSlug,
      @NotBlank String organizationName,
      Optional<String> createdByUserId,
      @NotBlank String email,
      @NotBlank String successUrl,
      @NotBlank String cancelUrl)
      implements BillingEvent {}

  /** Stripe's page is there; the person is sent to {@code url}. */
  record CheckoutReady(
      @NotBlank String checkoutId,
      @NotBlank String organizationId,
      @NotBlank String url,
      @NotBlank String stripeSessionId)
      implements BillingEvent {}

  /** There will be no page. */
  record CheckoutFailed(
      @NotBlank String checkoutId, @NotBlank String organizationId, @NotBlank String reason)
      implements BillingEvent {}
}
