package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The items of a subscription, each a price; since the Basil release the billing period is theirs
 * and no longer the subscription's.
 */
final class StripeItems {

  private final StripeIds ids;

  StripeItems(StripeIds ids) {
    this.ids = ids;
  }

  /** The first thing wrong with the items of a call, if anything is. */
  static Optional<StripeProblem> check(List<Map<String, String>> items) {
    for (int i = 0; i < items.size(); i++) {
      Map<String, String> item = items.get(i);
      String price = item.get("price");
      String param = "items[" + i + "][price]";
      if (price == null && !item.containsKey("id")) {
        return Optional.of(
            StripeProblem.invalid(
                "parameter_missing", param, "Missing required param: " + param + "."));
      }
      if (price != null && !StripePrice.exists(price)) {
        return Optional.of(StripeProblem.missing("price", price, param));
      }
      if (price != null && new StripePrice(price).metered() && item.containsKey("quantity")) {
        return Optional.of(quantityOfMetered(i));
      }
    }
    return Optional.empty();
  }

  /** The list as a subscription shows it. */
  ObjectNode list(
      String subscription, List<Map<String, String>> wanted, Instant start, Instant end) {
    ArrayNode data = Json.array();
    wanted.forEach(item -> data.add(item(subscription, item, start, end)));
    ObjectNode list = Json.object().put("object", "list");
    list.set("data", data);
    return list.put("has_more", false)
        .put("total_count", data.size())
        .put("url", "/v1/subscription_items?subscription=" + subscription);
  }

  /** Changes an item that is named by its id, or adds one; empty when there is no such item. */
  Optional<StripeProblem> change(ObjectNode subscription, Map<String, String> wanted) {
    ArrayNode data = subscription.withObject("/items").withArray("data");
    String id = wanted.get("id");
    if (id == null) {
      Instant start = Instant.ofEpochSecond(data.path(0).path("current_period_start").asLong());
      Instant end = Instant.ofEpochSecond(data.path(0).path("current_period_end").asLong());
      data.add(item(subscription.path("id").asText(), wanted, start, end));
      subscription.withObject("/items").put("total_count", data.size());
      return Optional.empty();
    }
    for (JsonNode item : data) {
      if (item.path("id").asText().equals(id) && item instanceof ObjectNode found) {
        return changeItem(found, wanted);
      }
    }
    return Optional.of(StripeProblem.missing("subscription_item", id, "items[0][id]"));
  }

  private static Optional<StripeProblem> changeItem(ObjectNode item, Map<String, String> wanted) {
    String priceId = wanted.getOrDefault("price", item.path("price").path("id").asText());
    if (new StripePrice(priceId).metered() && wanted.containsKey("quantity")) {
      return Optional.of(quantityOfMetered(0));
    }
    String quantity = wanted.getOrDefault("quantity", item.path("quantity").asText("1"));
    price(item, new StripePrice(priceId), quantity);
    return Optional.empty();
  }

  /** A metered item has no quantity. */
  private static void price(ObjectNode item, StripePrice price, String quantity) {
    item.set("price", price.json());
    if (price.metered()) {
      item.remove("quantity");
    } else {
      item.put("quantity", Long.parseLong(quantity));
    }
  }

  private static StripeProblem quantityOfMetered(int index) {
    return StripeProblem.invalid(
        "", "items[" + index + "][quantity]", "You cannot set the quantity for metered plans.");
  }

  static Instant monthAfter(Instant start) {
    return start.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
  }

  private ObjectNode item(
      String subscription, Map<String, String> wanted, Instant start, Instant end) {
    ObjectNode item = Json.object().put("id", ids.item()).put("object", "subscription_item");
    item.put("created", start.getEpochSecond()).put("current_period_start", start.getEpochSecond());
    item.put("current_period_end", end.getEpochSecond());
    item.putArray("discounts");
    item.putObject("metadata");
    price(
        item,
        new StripePrice(wanted.getOrDefault("price", "")),
        wanted.getOrDefault("quantity", "1"));
    item.put("subscription", subscription);
    item.putArray("tax_rates");
    return item;
  }
}
