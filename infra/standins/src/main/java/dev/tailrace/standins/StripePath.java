package dev.tailrace.standins;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a path under {@code /v1/}: a collection, perhaps one object of it, perhaps what to
 * do with that object.
 */
record StripePath(String collection, Optional<String> id, Optional<String> action) {

  private static final Set<String> IN_TWO_PARTS = Set.of("checkout/sessions", "customers/search");

  static Optional<StripePath> of(List<String> segments) {
    if (segments.size() < 2 || !segments.getFirst().equals("v1")) {
      return Optional.empty();
    }
    int parts =
        segments.size() > 2 && IN_TWO_PARTS.contains(segments.get(1) + "/" + segments.get(2))
            ? 2
            : 1;
    String collection = String.join("/", segments.subList(1, 1 + parts));
    List<String> rest = segments.subList(1 + parts, segments.size());
    return rest.size() > 2
        ? Optional.empty()
        : Optional.of(
            new StripePath(
                collection, rest.stream().findFirst(), rest.stream().skip(1).findFirst()));
  }

  /** {@code customers/{id}} for each customer. */
  String shape() {
    return collection
        + id.map(any -> "/{id}").orElse("")
        + action.map(name -> "/" + name).orElse("");
  }
}
