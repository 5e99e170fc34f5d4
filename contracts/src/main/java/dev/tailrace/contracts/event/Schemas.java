package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The JSON Schema of each type's payload.
 *
 * <p>They are generated from the records and checked in under {@code schemas/}; what is published
 * there is what is enforced.
 */
public final class Schemas {

  private static final Map<String, String> TEXTS =
      Catalogue.types().stream()
          .collect(Collectors.toUnmodifiableMap(EventType::name, type -> load(type.schemaFile())));

  private static final Map<String, Schema> COMPILED = compile();

  private Schemas() {}

  /** The schema of this type's payload, as JSON. */
  public static String of(EventType<?> type) {
    return TEXTS.getOrDefault(type.line(), "{}");
  }

  /** All that keeps this payload from being one of the type; paths start with {@code /payload}. */
  public static List<Problem> problems(EventType<?> type, JsonNode payload) {
    Schema schema = COMPILED.get(type.line());
    return schema == null
        ? List.of()
        : schema.validate(payload).stream().map(Schemas::problem).distinct().toList();
  }

  private static Problem problem(Error error) {
    String path = "/payload" + error.getInstanceLocation();
    return switch (error.getKeyword()) {
      case "required" -> new Problem(path + "/" + error.getProperty(), "is missing");
      case "minimum", "maximum", "type" ->
          new Problem(path, error.getMessage() + ", was " + shown(error.getInstanceNode()));
      default -> new Problem(path, error.getMessage());
    };
  }

  /** Numbers only: anything else may be a secret or long. */
  private static String shown(JsonNode value) {
    return value.isNumber() ? value.asText() : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Schema> compile() {
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    return TEXTS.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> registry.getSchema(e.getValue())));
  }

  private static String load(String file) {
    try (InputStream in = Schemas.class.getResourceAsStream("/schemas/" + file)) {
      if (in == null) {
        throw new IllegalStateException("schemas/" + file + " is missing: run ./tailrace generate");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
