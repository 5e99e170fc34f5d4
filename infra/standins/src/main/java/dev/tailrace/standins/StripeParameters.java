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
 * @param kinds by name; {@code items.price} is any {@code items[n][price]}, {@code metadata.*} any
 *     {@code metadata[...]}, and {@code a.metadata.*} any {@code a[metadata][...]}
 * @param required names that must be there, as they are sent
 */
record StripeParameters(Map<String, Kind> kinds, List<String> required) {

  /** What a value looks like. */
  enum Kind {
    TEXT,
    BOOLEAN,
    INTEGER,
    /** How much a list shows, 1 to 100. */
    LIMIT,
    /** A whole number from 1. */
    COUNT,
    /** Text that is not empty, since an empty one would unset what can't be unset. */
    FILLED,
    /** A web address, which may hold {@code {CHECKOUT_SESSION_ID}}. */
    URL,
    /** A key of up to 40 characters and a value of up to 500. */
    METADATA
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
      kind = kinds.get(path(name.replaceFirst("\\[[^\\[]*$", "")) + ".*");
    }
    return switch (kind) {
      case null ->
          Optional.of(
              StripeProblem.invalid(
                  "parameter_unknown", name, "Received unknown parameter: " + name));
      case TEXT -> Optional.empty();
      case BOOLEAN ->
          when(
              !value.equals("true") && !value.equals("false"),
              "",
              name,
              "Invalid boolean: " + value);
      case INTEGER -> integer(name, value);
      case LIMIT -> integer(name, value).or(() -> within(name, value, 1, 100));
      case COUNT -> integer(name, value).or(() -> within(name, value, 1, 999_999));
      case FILLED -> filled(name, value);
      case URL -> filled(name, value).or(() -> url(name, value));
      case METADATA -> metadata(name, value);
    };
  }

  private static Optional<StripeProblem> integer(String name, String value) {
    return when(
        !value.matches("-?\\d{1,18}"),
        "parameter_invalid_integer",
        name,
        "Invalid integer: " + value);
  }

  private static Optional<StripeProblem> within(String name, String value, long least, long most) {
    long number = Long.parseLong(value);
    String bound =
        number < least ? "greater than or equal to " + least : "less than or equal to " + most;
    return when(
        number < least || number > most,
        "parameter_invalid_integer",
        name,
        "This value must be " + bound + ".");
  }

  private static Optional<StripeProblem> filled(String name, String value) {
    return when(
        value.isEmpty(),
        "parameter_invalid_empty",
        name,
        "You passed an empty string for '" + name + "'.");
  }

  private static Optional<StripeProblem> url(String name, String value) {
    return when(!value.matches("https?://\\S+"), "url_invalid", name, "Not a valid URL");
  }

  private static Optional<StripeProblem> metadata(String name, String value) {
    String key = name.substring(name.lastIndexOf('[') + 1).replace("]", "");
    return when(
            key.length() > 40,
            "",
            name,
            "Metadata keys can have up to 40 characters, but you passed in a key that is %d characters. Invalid key: %s"
                .formatted(key.length(), key))
        .or(
            () ->
                when(
                    value.length() > 500,
                    "",
                    name,
                    "Metadata values can have up to 500 characters, but you passed in a value that is %d characters. Invalid value: %s"
                        .formatted(value.length(), value)));
  }

  private static Optional<StripeProblem> when(
      boolean wrong, String code, String name, String message) {
    return wrong ? Optional.of(StripeProblem.invalid(code, name, message)) : Optional.empty();
  }

  /** {@code items[0][price]} becomes {@code items.price}. */
  private static String path(String name) {
    return name.replaceAll("\\[\\d*]", "").replace("[", ".").replace("]", "");
  }
}
