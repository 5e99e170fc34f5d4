package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Optional;

/**
 * The paths under {@code /_standin/} that only Stripe's stand-in has: webhook endpoints, events
 * made by hand, events sent again, and what a person does with a checkout session or an invoice.
 */
final class StripeControl {

  private static final String LEGAL_WEBHOOK =
      "legal: {\"url\":\"http://127.0.0.1:8080/webhooks/stripe\",\"secret\":\"whsec_...\"}";
  private static final String LEGAL_EVENT = "legal: {\"type\":\"invoice.paid\",\"object\":{...}}";
  private static final String LEGAL_CHECKOUT =
      "legal: {\"session\":\"cs_test_...\"} of an open session";
  private static final String LEGAL_INVOICE =
      "legal: {\"subscription\":\"sub_...\",\"outcome\":\"paid\"} or \"failed\"";
  private static final String LEGAL_SEND = "legal: {\"event\":\"evt_...\",\"times\":2}";

  private final StripeWebhooks webhooks;
  private final StripeEvents events;
  private final StripeCheckout checkout;
  private final StripeBilling billing;
  private final StripeIds ids;

  StripeControl(
      StripeWebhooks webhooks,
      StripeEvents events,
      StripeCheckout checkout,
      StripeBilling billing,
      StripeIds ids) {
    this.webhooks = webhooks;
    this.events = events;
    this.checkout = checkout;
    this.billing = billing;
    this.ids = ids;
  }

  Optional<Reply> answer(Request request) {
    if (request.is("GET", "_standin", "webhooks")) {
      return Optional.of(Reply.Answer.json(200, webhooks.json()));
    }
    ObjectNode body = Json.readObject(request.body().text()).orElseGet(Json::object);
    if (request.is("POST", "_standin", "webhooks")) {
      return Optional.of(register(body));
    }
    if (request.is("POST", "_standin", "events")) {
      return Optional.of(emit(body));
    }
    if (request.is("POST", "_standin", "send")) {
      return Optional.of(send(body));
    }
    if (request.is("POST", "_standin", "checkout")) {
      return Optional.of(complete(body));
    }
    if (request.is("POST", "_standin", "invoices")) {
      return Optional.of(bill(body));
    }
    return Optional.empty();
  }

  private Reply register(ObjectNode body) {
    String url = body.path("url").asText();
    String secret = body.path("secret").asText();
    if (!url.matches("https?://\\S+") || secret.isBlank()) {
      return ControlPaths.refusal(400, LEGAL_WEBHOOK);
    }
    try {
      webhooks.register(URI.create(url), secret);
      return Reply.Answer.json(201, webhooks.json());
    } catch (IllegalArgumentException e) {
      return ControlPaths.refusal(400, LEGAL_WEBHOOK);
    }
  }

  private Reply emit(ObjectNode body) {
    String type = body.path("type").asText();
    if (type.isBlank() || !(body.path("object") instanceof ObjectNode object)) {
      return ControlPaths.refusal(400, LEGAL_EVENT);
    }
    StripeEvent event = events.created(type, object, new StripeCause(ids.request(), ""));
    return Reply.Answer.json(201, Json.object().put("event", event.id()));
  }

  private Reply complete(ObjectNode body) {
    StripeCause cause = new StripeCause(ids.request(), "");
    return switch (checkout.complete(body.path("session").asText(), cause)) {
      case StripeOutcome.Done(ObjectNode session) -> Reply.Answer.json(200, session);
      case StripeOutcome.Refused(StripeProblem problem) ->
          ControlPaths.refusal(400, problem.message() + " " + LEGAL_CHECKOUT);
    };
  }

  private Reply bill(ObjectNode body) {
    StripeCause cause = new StripeCause(ids.request(), "");
    String subscription = body.path("subscription").asText();
    StripePayment payment =
        switch (body.path("outcome").asText()) {
          case "paid" -> billing.pay(subscription, cause);
          case "failed" -> billing.fail(subscription, cause);
          default -> new StripePayment.None("No such outcome.");
        };
    return switch (payment) {
      case StripePayment.Of(String invoice, String status) ->
          Reply.Answer.json(201, Json.object().put("invoice", invoice));
      case StripePayment.None(String reason) ->
          ControlPaths.refusal(400, reason + " " + LEGAL_INVOICE);
    };
  }

  private Reply send(ObjectNode body) {
    Optional<StripeEvent> event = events.find(body.path("event").asText());
    int times = body.path("times").asInt(1);
    if (event.isEmpty() || times < 1) {
      return ControlPaths.refusal(400, LEGAL_SEND);
    }
    for (int i = 0; i < times; i++) {
      webhooks.send(event.get());
    }
    return Reply.Answer.json(202, Json.object().put("event", event.get().id()).put("times", times));
  }
}
