package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.StripeClient;
import com.stripe.exception.ApiException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.net.RequestOptions;
import com.stripe.net.StripeResponse;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import com.stripe.param.SubscriptionListParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import dev.tailrace.contracts.event.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Asks Stripe, through its own SDK.
 *
 * <p>What is made is made once: it is looked for first, and made under a key that is the same on
 * every attempt, for Stripe repeats its answer for 24 hours. An effect may come later than that,
 * redriven or after a pause. Stripe remembers a 500 too, and the parameters: when it only repeats
 * one, or refuses other parameters, what was looked for was not there, and the next key is used
 * ({@code <key>:2}, and so on).
 */
final class StripePayments implements Payments {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int READ_TIMEOUT_MILLIS = 20_000;
  private static final long PAGE = 100;
  private static final int MOST_KEYS = 5;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  private static final String SLUG = "organization_slug";

  private final StripeClient stripe;
  private final String price;

  StripePayments(BillingConfig.Stripe config) {
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
    this.price = config.priceId();
  }

  @Override
  public Answer<List<ObjectNode>> subscriptionsOf(String customerId) {
    var which =
        SubscriptionListParams.builder()
            .setCustomer(customerId)
            .setStatus(SubscriptionListParams.Status.ALL)
            .setLimit(PAGE)
            .build();
    return ask(() -> list(stripe.v1().subscriptions().list(which).getLastResponse()));
  }

  @Override
  public Answer<String> customer(CustomerDraft wanted, String key) {
    var params =
        CustomerCreateParams.builder()
            .setName(wanted.name())
            .setEmail(wanted.email())
            .putMetadata(wanted.subject(), wanted.subjectId())
            .build();
    var theirs = CustomerListParams.builder().setEmail(wanted.email()).setLimit(PAGE).build();
    return ask(
        () ->
            once(
                key,
                () ->
                    first(
                            stripe.v1().customers().list(theirs).getLastResponse(),
                            isFor(wanted.subject(), wanted.subjectId()))
                        .map(customer -> customer.path("id").asText()),
                options -> stripe.v1().customers().create(params, options).getId()));
  }

  @Override
  public Answer<CheckoutPage> checkout(CheckoutDraft wanted, String key) {
    var subscription =
        SessionCreateParams.SubscriptionData.builder()
            .putMetadata(ORGANIZATION_ID, wanted.organizationId())
            .putMetadata(SLUG, wanted.organizationSlug())
            .build();
    // Of a metered price there is no quantity.
    var line = SessionCreateParams.LineItem.builder().setPrice(price).build();
    var params =
        SessionCreateParams.builder()
            .setMode(SessionCreateParams.Mode.SUBSCRIPTION)
            .setCustomer(wanted.customerId())
            .setClientReferenceId(wanted.organizationId())
            .setSuccessUrl(wanted.successUrl().toString())
            .setCancelUrl(wanted.cancelUrl().toString())
            .addLineItem(line)
            .setSubscriptionData(subscription)
            .putMetadata(CHECKOUT_ID, wanted.checkoutId())
            .putMetadata(ORGANIZATION_ID, wanted.organizationId())
            .putMetadata(SLUG, wanted.organizationSlug())
            .build();
    var theirs =
        SessionListParams.builder().setCustomer(wanted.customerId()).setLimit(PAGE).build();
    var sessions = stripe.v1().checkout().sessions();
    return ask(
        () ->
            once(
                key,
                () ->
                    first(
                            sessions.list(theirs).getLastResponse(),
                            isFor(CHECKOUT_ID, wanted.checkoutId()))
                        .filter(session -> session.path("url").isTextual())
                        .map(
                            session ->
                                new CheckoutPage(
                                    session.path("id").asText(), session.path("url").asText())),
                options -> {
                  var made = sessions.create(params, options);
                  return new CheckoutPage(made.getId(), made.getUrl());
                }));
  }

  private interface Question<T> {
    T ask() throws StripeException, JsonProcessingException;
  }

  private interface Making<T> {
    T make(RequestOptions options) throws StripeException;
  }

  /** What is there already, else what is made; under one key after another, see above. */
  private static <T> T once(String key, Question<Optional<T>> there, Making<T> making)
      throws StripeException, JsonProcessingException {
    Optional<T> before = there.ask();
    if (before.isPresent()) {
      return before.get();
    }
    for (int i = 1; ; i++) {
      String next = i == 1 ? key : key + ":" + i;
      try {
        return making.make(RequestOptions.builder().setIdempotencyKey(next).build());
      } catch (StripeException e) {
        if (i == MOST_KEYS || !isOfTheKey(e)) {
          throw e;
        }
      }
    }
  }

  private static <T> Answer<T> ask(Question<T> question) {
    try {
      return new Answer.Found<>(question.ask());
    } catch (StripeException e) {
      return failed(e);
    } catch (JsonProcessingException e) {
      return new Answer.Unavailable<>("Stripe answered no JSON", Optional.empty());
    }
  }

  private static List<ObjectNode> list(StripeResponse response) throws JsonProcessingException {
    var objects = new ArrayList<ObjectNode>();
    for (JsonNode each : Json.read(response.body()).path("data")) {
      if (each instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    return objects;
  }

  private static Optional<ObjectNode> first(StripeResponse response, Predicate<ObjectNode> which)
      throws JsonProcessingException {
    return list(response).stream().filter(which).findFirst();
  }

  private static Predicate<ObjectNode> isFor(String key, String value) {
    return object -> object.path("metadata").path(key).asText().equals(value);
  }

  /** What came of a failure: whether it may help to ask again. */
  private static <T> Answer<T> failed(StripeException e) {
    return switch (e) {
      case InvalidRequestException _, CardException _, IdempotencyException _ ->
          new Answer.Refused<>(reason(e));
      // An outage, a limit, and a key too, which is refused from its rotation until we have the new
      // one: all of that can change.
      default -> new Answer.Unavailable<>(reason(e), retryAfter(e));
    };
  }

  /**
   * Whether it says nothing of now: an earlier failure is repeated, or the key was used with other
   * parameters, as they were before the price was changed.
   */
  private static boolean isOfTheKey(StripeException e) {
    return e instanceof IdempotencyException
        || (e instanceof ApiException && header(e, "Idempotent-Replayed").isPresent());
  }

  private static Optional<Duration> retryAfter(StripeException e) {
    return header(e, "Retry-After")
        .filter(text -> text.matches("\\d{1,5}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .filter(Duration::isPositive)
        .map(delay -> delay.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : delay);
  }

  private static Optional<String> header(StripeException e, String name) {
    return Optional.ofNullable(e.getStripeError())
        .flatMap(error -> Optional.ofNullable(error.getLastResponse()))
        .flatMap(response -> response.headers().firstValue(name));
  }

  /** Without Stripe's own sentence, which may quote what was sent. */
  private static String reason(StripeException e) {
    String param =
        Optional.ofNullable(e.getStripeError())
            .flatMap(error -> Optional.ofNullable(error.getParam()))
            .map(name -> " on " + name)
            .orElse("");
    return "Stripe: %s %s %s%s"
        .formatted(e.getClass().getSimpleName(), e.getStatusCode(), e.getCode(), param);
  }
}
