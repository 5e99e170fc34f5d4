package dev.tailrace.ingest;

/** Webhook bodies as Stripe words them. */
final class StripeBodies {

  private StripeBodies() {}

  static String subscriptionCreated(String id, String customer) {
    return event(
        id,
        "customer.subscription.created",
        "{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"%s\"}".formatted(customer));
  }

  static String event(String id, String type, String object) {
    return """
    {"id":"%s","object":"event","api_version":"2025-03-31.basil","created":1700000000,"livemode":false,
     "type":"%s","data":{"object":%s}}"""
        .formatted(id, type, object);
  }
}
