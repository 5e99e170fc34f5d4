package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

  private static final Map<String, JsonSchema> COMPILED =
      TEXTS.entrySet().stream()
          .collect(
              Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> JsonSchema.of(e.getValue())));

  private Schemas() {}

  /** The schema of this type's payload, as JSON. */
  public static String of(EventType<?> type) {
    return TEXTS.getOrDefault(type.line(), "{}");
  }

  /** All that keeps this payload from being one of the type; paths start with {@code /payload}. */
  public static List<Problem> problems(EventType<?> type, JsonNode payload) {
    JsonSchema schema = COMPILED.get(type.line());
    return schema == null ? List.of() : schema.problems("/payload", payload);
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
