package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at what is asked of a new checkout session, and writes the session. */
final class StripeCheckoutDraft {

  private static final Duration SHORTEST = Duration.ofMinutes(30);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int LONGEST_REFERENCE = 200;

  private final StripeIds ids;

  StripeCheckoutDraft(StripeIds ids) {
    this.ids = ids;
  }

  /** The first thing wrong with a call, if anything is. */
  static Optional<StripeProblem> problem(StripeForm form, Instant now) {
    String mode = form.text("mode").orElse("");
    String email = form.text("customer_email").orElse("a@b");
    String reference = form.text("client_reference_id").orElse("");
    if (!mode.equals("subscription")) {
      return Optional.of(
          StripeProblem.invalid("", "mode", "Invalid mode: must be one of subscription"));
    }
    if (form.text("customer").isPresent() && form.text("customer_email").isPresent()) {
      return Optional.of(
          StripeProblem.invalid(
              "",
              "customer",
              "You may only specify one of these parameters: customer, customer_email."));
    }
    if (!email.matches("[^@\\s]+@[^@\\s]+")) {
      return Optional.of(
          StripeProblem.invalid(
              "email_invalid", "customer_email", "Invalid email address: " + email));
    }
    if (reference.length() > LONGEST_REFERENCE) {
      return Optional.of(
          StripeProblem.invalid(
              "",
              "client_reference_id",
              "Invalid string: %s; must be at most 200 characters".formatted(reference)));
    }
    return items(form.list("line_items"))
        .or(() -> form.integer("expires_at").flatMap(expiresAt -> time(expiresAt, now)));
  }

  ObjectNode session(StripeForm form, Optional<ObjectNode> customer, Instant now) {
    String id = ids.session();
    long total =
        form.list("line_items").stream()
                .mapToLong(item -> Long.parseLong(item.getOrDefault("quantity", "0")))
                .sum()
            * StripePrice.UNIT_AMOUNT;
    ObjectNode json = Json.object().put("id", id).put("object", "checkout.session");
    json.put("amount_subtotal", total).put("amount_total", total);
    StripeFields.put(json, "cancel_url", form.text("cancel_url").orElse(""));
    StripeFields.put(json, "client_reference_id", form.text("client_reference_id").orElse(""));
    json.putNull("client_secret").put("created", now.getEpochSecond()).put("currency", "usd");
    StripeFields.put(json, "customer", form.text("customer").orElse(""));
    json.putNull("customer_creation");
    json.putNull("customer_details");
    customer.ifPresent(known -> customerDetails(json, known));
    StripeFields.put(json, "customer_email", form.text("customer_email").orElse(""));
    json.put("expires_at", form.integer("expires_at").orElse(now.plus(LONGEST).getEpochSecond()));
    json.putNull("invoice").put("livemode", false).putNull("locale").putObject("metadata");
    StripeFields.mergeMetadata(json, form);
    json.put("mode", "subscription").putNull("payment_intent").putNull("payment_link");
    json.put("payment_method_collection", "always").putArray("payment_method_types").add("card");
    json.put("payment_status", "unpaid").putNull("recovered_from").putNull("return_url");
    json.putNull("setup_intent").put("status", "open").putNull("submit_type");
    json.putNull("subscription");
    json.put("success_url", form.text("success_url").orElse("")).put("ui_mode", "hosted_page");
    return json.put("url", "https://checkout.stripe.com/c/pay/" + id + "#fid" + ids.secret());
  }

  /** Writes what a session is once a person has paid. */
  static void complete(ObjectNode session, ObjectNode customer, ObjectNode subscription) {
    session.set("customer", customer.path("id"));
    customerDetails(session, customer);
    session.set("invoice", subscription.path("latest_invoice"));
    session.set("subscription", subscription.path("id"));
    session.put("payment_status", "paid").put("status", "complete").putNull("url");
  }

  private static void customerDetails(ObjectNode session, ObjectNode customer) {
    ObjectNode details = session.putObject("customer_details").putNull("address");
    details.putNull("business_name").set("email", customer.path("email"));
    details.putNull("individual_name").set("name", customer.path("name"));
    details.set("phone", customer.path("phone"));
    details.put("tax_exempt", "none").putArray("tax_ids");
  }

  private static Optional<StripeProblem> items(List<Map<String, String>> items) {
    if (items.isEmpty()) {
      return Optional.of(
          StripeProblem.invalid(
              "parameter_missing", "line_items", "Missing required param: line_items."));
    }
    for (int i = 0; i < items.size(); i++) {
      Optional<StripeProblem> problem = item("line_items[" + i + "]", items.get(i));
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Optional<StripeProblem> item(String param, Map<String, String> item) {
    String price = item.getOrDefault("price", "");
    boolean counted = item.containsKey("quantity");
    if (price.isEmpty()) {
      return Optional.of(
          StripeProblem.invalid(
              "parameter_missing",
              param + "[price]",
              "Missing required param: " + param + "[price]."));
    }
    if (!StripePrice.exists(price)) {
      return Optional.of(StripeProblem.missing("price", price, param + "[price]"));
    }
    if (new StripePrice(price).metered() && counted) {
      return Optional.of(
          StripeProblem.invalid(
              "",
              param,
              "Quantity should not be specified where usage_type is `metered`. Remove quantity from `%s`"
                  .formatted(param)));
    }
    return new StripePrice(price).metered() || counted
        ? Optional.empty()
        : Optional.of(
            StripeProblem.invalid(
                "", param, "Quantity is required. Add `quantity` to `%s`".formatted(param)));
  }

  private static Optional<StripeProblem> time(long expiresAt, Instant now) {
    if (expiresAt < now.plus(SHORTEST).getEpochSecond()) {
      return Optional.of(
          StripeProblem.invalid(
              "",
              "expires_at",
              "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."));
    }
    return expiresAt > now.plus(LONGEST).getEpochSecond()
        ? Optional.of(
            StripeProblem.invalid(
                "",
                "expires_at",
                "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."))
        : Optional.empty();
  }
}
