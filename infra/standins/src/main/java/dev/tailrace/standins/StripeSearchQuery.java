package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A search for customers: {@code metadata['key']:'value'} and {@code email:'value'}, with {@code
 * AND} between. Values are compared without regard to case, as Stripe compares them: whoever
 * searches must look at what was found.
 */
record StripeSearchQuery(List<Clause> clauses) {

  private static final String VALUE = ":'((?:[^'\\\\]|\\\\.)*)'";
  private static final Pattern METADATA = Pattern.compile("metadata\\['([^'\\[\\]]+)']" + VALUE);
  private static final Pattern FIELD = Pattern.compile("([a-z_.]+)" + VALUE);
  private static final Pattern AND = Pattern.compile("\\s+AND\\s+");

  StripeSearchQuery {
    clauses = List.copyOf(clauses);
  }

  /** What came of reading a query. */
  sealed interface Reading {

    /** A query. */
    record Understood(StripeSearchQuery query) implements Reading {}

    /** No query, or one that the stand-in doesn't answer. */
    record Refused(StripeProblem problem) implements Reading {}
  }

  /** One condition. */
  sealed interface Clause {

    /** {@code email:'value'}. */
    record Email(String value) implements Clause {}

    /** {@code metadata['key']:'value'}. */
    record Metadata(String key, String value) implements Clause {}
  }

  static Reading read(String query) {
    String text = query.strip();
    List<Clause> clauses = new ArrayList<>();
    int at = 0;
    while (true) {
      Matcher metadata = METADATA.matcher(text).region(at, text.length());
      Matcher field = FIELD.matcher(text).region(at, text.length());
      if (metadata.lookingAt()) {
        clauses.add(new Clause.Metadata(metadata.group(1), unescape(metadata.group(2))));
        at = metadata.end();
      } else if (!field.lookingAt()) {
        return new Reading.Refused(unreadable());
      } else if (field.group(1).equals("email")) {
        clauses.add(new Clause.Email(unescape(field.group(2))));
        at = field.end();
      } else {
        return new Reading.Refused(unsupported(field.group(1)));
      }
      if (at == text.length()) {
        return new Reading.Understood(new StripeSearchQuery(clauses));
      }
      Matcher and = AND.matcher(text).region(at, text.length());
      if (!and.lookingAt()) {
        return new Reading.Refused(unreadable());
      }
      at = and.end();
    }
  }

  boolean matches(ObjectNode customer) {
    return clauses.stream()
        .allMatch(
            clause ->
                switch (clause) {
                  case Clause.Email(String value) -> is(customer.path("email"), value);
                  case Clause.Metadata(String key, String value) ->
                      is(customer.path("metadata").path(key), value);
                });
  }

  private static boolean is(JsonNode field, String value) {
    return field.isTextual() && field.asText().equalsIgnoreCase(value);
  }

  private static String unescape(String value) {
    return value.replaceAll("\\\\(.)", "$1");
  }

  private static StripeProblem unreadable() {
    return StripeProblem.invalid(
        "",
        "",
        "We were unable to parse your search query. Try using the format `metadata[\"key\"]:\"value\"` to query for metadata or key:\"value\" to query for other fields.");
  }

  private static StripeProblem unsupported(String field) {
    return StripeProblem.invalid(
        "",
        "",
        "Field `%s` is an unsupported search field for resource `customers`. See http://stripe.com/docs/search#query-fields-for-customers for a list of supported fields."
            .formatted(field));
  }
}
