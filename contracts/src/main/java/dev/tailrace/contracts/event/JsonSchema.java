package dev.tailrace.contracts.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.tailrace.contracts.service.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A JSON Schema that values are checked against, each problem told in words of ours and with its
 * place.
 *
 * <p>What a {@code pattern} is for stands in its {@code description}, and is what a person is told:
 * "must be a slug of a-z, 0-9 and -" helps, a regular expression does not.
 */
public final class JsonSchema {

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final JsonNode document;
  private final Schema compiled;

  private JsonSchema(JsonNode document, Schema compiled) {
    this.document = document;
    this.compiled = compiled;
  }

  /**
   * Reads a schema of draft 2020-12.
   *
   * @throws IllegalArgumentException when it is no JSON
   */
  public static JsonSchema of(String text) {
    try {
      return new JsonSchema(Json.read(text), REGISTRY.getSchema(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the schema is no JSON", e);
    }
  }

  /**
   * All that keeps the value from fitting.
   *
   * @param at the place of the value, which every path starts with
   */
  public List<Problem> problems(String at, JsonNode value) {
    return compiled.validate(value).stream().map(error -> problem(at, error)).distinct().toList();
  }

  private Problem problem(String at, Error error) {
    String path = at + error.getInstanceLocation();
    return switch (error.getKeyword()) {
      case "required" -> new Problem(path + "/" + error.getProperty(), "is missing");
      case "additionalProperties" ->
          new Problem(
              path + "/" + error.getProperty().replace("~", "~0").replace("/", "~1"),
              unknown(error));
      case "pattern" -> new Problem(path, pattern(error));
      case "minimum", "maximum", "type" ->
          new Problem(path, error.getMessage() + ", was " + shown(error.getInstanceNode()));
      default -> new Problem(path, error.getMessage());
    };
  }

  private String unknown(Error error) {
    var known = new ArrayList<String>();
    around(error).path("properties").fieldNames().forEachRemaining(known::add);
    return EditDistance.nearest(error.getProperty(), known)
        .map(name -> "unknown; did you mean " + name + "?")
        .orElse(known.isEmpty() ? "unknown" : "unknown; known are " + String.join(", ", known));
  }

  private String pattern(Error error) {
    String described = around(error).path("description").asText();
    return described.isEmpty() ? error.getMessage() : "must be " + described;
  }

  /** The part of the schema that the keyword stands in. */
  private JsonNode around(Error error) {
    return document.at(JsonPointer.compile(error.getEvaluationPath().toString()).head());
  }

  /** Numbers only: anything else may be a secret or long. */
  private static String shown(JsonNode value) {
    return value.isNumber() ? value.asText() : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
