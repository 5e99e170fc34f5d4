package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import dev.tailrace.contracts.event.Json;

/** Asks Stripe, through its own SDK. */
final class StripeSubscriptions implements Subscriptions {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int READ_TIMEOUT_MILLIS = 20_000;
  private static final int CONFLICT = 409;
  private static final int SERVER_ERRORS = 500;

  private final StripeClient stripe;

  StripeSubscriptions(BillingConfig.Stripe config) {
    // Without being told the SDK waits 80 s and never retries.
    this.stripe =
        StripeClient.builder()
            .setApiKey(config.secretKey())
            .setApiBase(config.apiBase().toString())
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setReadTimeout(READ_TIMEOUT_MILLIS)
            .setMaxNetworkRetries(2)
            .build();
  }

  @Override
  public Answer fetch(String subscriptionId) {
    try {
      String body = stripe.v1().subscriptions().retrieve(subscriptionId).getLastResponse().body();
      return Json.read(body) instanceof ObjectNode subscription
          ? new Answer.Found(subscription)
          : new Answer.Unavailable("Stripe answered no object");
    } catch (StripeException e) {
      return worthAnotherTry(e) ? new Answer.Unavailable(reason(e)) : new Answer.Refused(reason(e));
    } catch (JsonProcessingException e) {
      return new Answer.Unavailable("Stripe answered no JSON");
    }
  }

  private static boolean worthAnotherTry(StripeException e) {
    if (e instanceof ApiConnectionException || e instanceof RateLimitException) {
      return true;
    }
    Integer status = e.getStatusCode();
    return status != null && (status == CONFLICT || status >= SERVER_ERRORS);
  }

  private static String reason(StripeException e) {
    return "Stripe: " + e.getClass().getSimpleName() + " " + e.getStatusCode() + " " + e.getCode();
  }
}
