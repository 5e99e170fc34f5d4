package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes an event of each change, keeps the newest ten thousand, and hands each to the webhooks in
 * the order of creation.
 */
final class StripeEvents {

  private static final int KEPT = 10_000;

  private final Clock clock;
  private final StripeIds ids;
  private final StripeWebhooks webhooks;
  private final Map<String, StripeEvent> newest = new LinkedHashMap<>();
  private volatile StripeVersion version = new StripeVersion.Named(StripeApi.VERSION);

  StripeEvents(Clock clock, StripeIds ids, StripeWebhooks webhooks) {
    this.clock = clock;
    this.ids = ids;
    this.webhooks = webhooks;
  }

  void version(StripeVersion wanted) {
    version = wanted;
  }

  StripeEvent created(String type, ObjectNode object, StripeCause cause) {
    StripeVersion now = version;
    return add(type, Json.object().set("object", now.shape(object)), now, cause);
  }

  StripeEvent changed(String type, ObjectNode before, ObjectNode after, StripeCause cause) {
    StripeVersion now = version;
    ObjectNode shaped = now.shape(after);
    ObjectNode data = Json.object().set("object", shaped);
    data.set("previous_attributes", differences(now.shape(before), shaped));
    return add(type, data, now, cause);
  }

  synchronized Optional<StripeEvent> find(String id) {
    return Optional.ofNullable(newest.get(id));
  }

  synchronized List<StripeEvent> list() {
    return List.copyOf(newest.values());
  }

  private synchronized StripeEvent add(
      String type, ObjectNode data, StripeVersion shape, StripeCause cause) {
    ObjectNode json = Json.object();
    String id = ids.event();
    json.put("id", id).put("object", "event");
    shape.write(json);
    json.put("created", clock.instant().getEpochSecond()).set("data", data);
    json.put("livemode", false).put("pending_webhooks", webhooks.count());
    json.set("request", cause.json());
    json.put("type", type);
    StripeEvent event = new StripeEvent(id, type, Json.write(json));
    newest.put(id, event);
    if (newest.size() > KEPT) {
      newest.remove(newest.keySet().iterator().next());
    }
    webhooks.send(event);
    return event;
  }

  /** The old values of what changed; within objects only what changed within them. */
  private static ObjectNode differences(ObjectNode before, ObjectNode after) {
    ObjectNode old = Json.object();
    before
        .properties()
        .forEach(
            field -> {
              JsonNode now = after.path(field.getKey());
              if (!field.getValue().equals(now)) {
                boolean both = field.getValue() instanceof ObjectNode && now instanceof ObjectNode;
                old.set(
                    field.getKey(),
                    both
                        ? differences((ObjectNode) field.getValue(), (ObjectNode) now)
                        : field.getValue().deepCopy());
              }
            });
    after
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!before.has(name)) {
                old.putNull(name);
              }
            });
    return old;
  }
}
