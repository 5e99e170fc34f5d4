package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.StripeParameters.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A list of Stripe's, a page of which holds the newest first: ten objects unless {@code limit} says
 * otherwise, from after the object that {@code starting_after} names.
 *
 * @param kind what the objects are called when one is missing
 */
record StripeList(String kind, String url) {

  static final StripeParameters PARAMETERS =
      StripeParameters.of(Map.of("limit", Kind.LIMIT, "starting_after", Kind.FILLED));

  private static final long USUAL_LIMIT = 10;

  StripeOutcome page(
      StripeCall call, Collection<ObjectNode> oldestFirst, Predicate<ObjectNode> wanted) {
    List<ObjectNode> all = List.copyOf(oldestFirst).reversed();
    Optional<String> after = call.form().text("starting_after");
    int from = after.map(id -> indexOf(all, id) + 1).orElse(0);
    if (after.isPresent() && from == 0) {
      return StripeOutcome.refused(StripeProblem.missing(kind, after.get(), "starting_after"));
    }
    List<ObjectNode> rest = all.subList(from, all.size()).stream().filter(wanted).toList();
    long limit = limit(call.form());
    ObjectNode page = Json.object().put("object", "list");
    page.set("data", copies(rest, limit));
    return new StripeOutcome.Done(page.put("has_more", rest.size() > limit).put("url", url));
  }

  static long limit(StripeForm form) {
    return form.integer("limit").orElse(USUAL_LIMIT);
  }

  static ArrayNode copies(List<ObjectNode> objects, long limit) {
    ArrayNode data = Json.array();
    objects.stream().limit(limit).map(ObjectNode::deepCopy).forEach(data::add);
    return data;
  }

  /** Whether a field is what the call asks for; it is when the call doesn't ask. */
  static Predicate<ObjectNode> matching(StripeForm form, String field) {
    return form.text(field)
        .<Predicate<ObjectNode>>map(
            wanted ->
                object ->
                    object.path(field).isTextual() && object.path(field).asText().equals(wanted))
        .orElse(object -> true);
  }

  private static int indexOf(List<ObjectNode> objects, String id) {
    return objects.stream().map(object -> object.path("id").asText()).toList().indexOf(id);
  }
}
