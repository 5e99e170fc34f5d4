package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import dev.tailrace.contracts.event.Json;
import java.util.Set;

/** Asks Stripe, through its own SDK. */
final class StripeSubscriptions implements Subscriptions {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int READ_TIMEOUT_MILLIS = 20_000;

  /**
   * The question itself is wrong, whoever asks and whenever. Anything else can change: an outage, a
   * limit, and a key too, which is refused (401, 403) from its rotation until we have the new one.
   */
  private static final Set<Integer> FINAL = Set.of(400, 404);

  private final StripeClient stripe;

  StripeSubscriptions(BillingConfig.Stripe config) {
    // Without being told the SDK waits 80 s for an answer. It makes one request: the effect's own
    // retries have a backoff, are seen by people, and don't add up within one attempt's deadline.
    this.stripe =
        StripeClient.builder()
            .setApiKey(config.secretKey())
            .setApiBase(config.apiBase().toString())
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setReadTimeout(READ_TIMEOUT_MILLIS)
            .setMaxNetworkRetries(0)
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
      return isFinal(e) ? new Answer.Refused(reason(e)) : new Answer.Unavailable(reason(e));
    } catch (JsonProcessingException e) {
      return new Answer.Unavailable("Stripe answered no JSON");
    }
  }

  private static boolean isFinal(StripeException e) {
    Integer status = e.getStatusCode();
    return status != null && FINAL.contains(status);
  }

  private static String reason(StripeException e) {
    return "Stripe: " + e.getClass().getSimpleName() + " " + e.getStatusCode() + " " + e.getCode();
  }
}
