package dev.tailrace.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.impl.module.SimpleTypeModule;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes the JSON Schema of a record: every component is required, but for optional ones. A test
 * writes them into a module's resources, and holds that they are those of its records.
 */
public final class RecordSchemas {

  private RecordSchemas() {}

  /** The schema of an event's payload: what a newer emitter adds fits it as well. */
  public static String schemaOf(Class<?> record, String title, ObjectMapper mapper) {
    return text(schema(record, title, mapper), mapper);
  }

  /** The schema of a call's input: a field that it does not name is refused. */
  public static String closedSchemaOf(Class<?> record, String title, ObjectMapper mapper) {
    ObjectNode schema = schema(record, title, mapper);
    close(schema);
    return text(schema, mapper);
  }

  private static ObjectNode schema(Class<?> record, String title, ObjectMapper mapper) {
    ObjectNode schema = generator(mapper).generateSchema(record);
    schema.put("title", title);
    return schema;
  }

  private static void close(JsonNode schema) {
    schema.path("properties").forEach(RecordSchemas::close);
    if (schema.has("items")) {
      close(schema.path("items"));
    }
    if (schema.has("properties") && schema instanceof ObjectNode object) {
      object.put("additionalProperties", false);
    }
  }

  private static String text(ObjectNode schema, ObjectMapper mapper) {
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SchemaGenerator generator(ObjectMapper mapper) {
    var config =
        new SchemaGeneratorConfigBuilder(
                mapper, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(
                Option.INLINE_ALL_SCHEMAS,
                Option.FLATTENED_OPTIONALS,
                Option.EXTRA_OPEN_API_FORMAT_VALUES)
            .with(new JacksonModule())
            .with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS))
            .with(new SimpleTypeModule().withStringType(Instant.class, "date-time"));
    // Raw JSON of a provider: an object, of whatever shape.
    config
        .forTypesInGeneral()
        .withCustomDefinitionProvider(
            (type, context) ->
                type.getErasedType() == ObjectNode.class
                    ? new CustomDefinition(
                        context.getGeneratorConfig().createObjectNode().put("type", "object"))
                    : null);
    config
        .forFields()
        .withStringPatternResolver(
            field -> field.getAnnotation(NotBlank.class) == null ? null : "\\S");
    config
        .forFields()
        .withRequiredCheck(field -> field.getType().getErasedType() != Optional.class);
    return new SchemaGenerator(config.build());
  }
}
