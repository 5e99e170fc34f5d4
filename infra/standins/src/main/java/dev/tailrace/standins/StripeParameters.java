package dev.tailrace.standins;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operation takes, so that whatever else is sent is refused as Stripe refuses it.
 *
 * <p>Only parameters that the stand-in really carries out are in here: one that it would accept and
 * ignore would let a broken program pass.
 *
 * @param kinds by name; {@code items.price} is any {@code items[n][price]}, and {@code metadata.*}
 *     any {@code metadata[...]}
 * @param required names that must be there, as they are sent
 */
record StripeParameters(Map<String, Kind> kinds, List<String> required) {

  /** What a value looks like. */
  enum Kind {
    TEXT,
    BOOLEAN,
    INTEGER,
    /** Text that is not empty, since an empty one would unset what can't be unset. */
    FILLED
  }

  static final StripeParameters NONE = new StripeParameters(Map.of(), List.of());

  StripeParameters {
    kinds = Map.copyOf(kinds);
    required = List.copyOf(required);
  }

  static StripeParameters of(Map<String, Kind> kinds) {
    return new StripeParameters(kinds, List.of());
  }

  StripeParameters and(Map<String, Kind> more) {
    Map<String, Kind> all = new LinkedHashMap<>(kinds);
    all.putAll(more);
    return new StripeParameters(all, required);
  }

  StripeParameters requiring(String... names) {
    return new StripeParameters(kinds, List.of(names));
  }

  /** The first thing wrong with a form, if anything is. */
  Optional<StripeProblem> check(StripeForm form) {
    for (Map.Entry<String, String> entry : form.values().entrySet()) {
      Optional<StripeProblem> problem = check(entry.getKey(), entry.getValue());
      if (problem.isPresent()) {
        return problem;
      }
    }
    return required.stream()
        .filter(name -> !form.values().containsKey(name))
        .findFirst()
        .map(
            name ->
                StripeProblem.invalid(
                    "parameter_missing", name, "Missing required param: " + name + "."));
  }

  private Optional<StripeProblem> check(String name, String value) {
    Kind kind = kinds.get(path(name));
    if (kind == null) {
      kind = kinds.get(name.replaceFirst("\\[.*", "") + ".*");
    }
    return switch (kind) {
      case null ->
          Optional.of(
              StripeProblem.invalid(
                  "parameter_unknown", name, "Received unknown parameter: " + name));
      case TEXT -> Optional.empty();
      case BOOLEAN ->
          value.equals("true") || value.equals("false")
              ? Optional.empty()
              : Optional.of(StripeProblem.invalid("", name, "Invalid boolean: " + value));
      case INTEGER ->
          value.matches("-?\\d{1,18}")
              ? Optional.empty()
              : Optional.of(
                  StripeProblem.invalid(
                      "parameter_invalid_integer", name, "Invalid integer: " + value));
      case FILLED ->
          value.isEmpty()
              ? Optional.of(
                  StripeProblem.invalid(
                      "parameter_invalid_empty",
                      name,
                      "You passed an empty string for '" + name + "'."))
              : Optional.empty();
    };
  }

  /** {@code items[0][price]} becomes {@code items.price}. */
  private static String path(String name) {
    return name.replaceAll("\\[\\d*]", "").replace("[", ".").replace("]", "");
  }
}
