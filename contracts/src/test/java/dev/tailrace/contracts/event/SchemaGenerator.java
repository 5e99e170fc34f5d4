package dev.tailrace.contracts.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
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
 * Makes the JSON Schema of a payload from its record: every component is required, but for optional
 * ones.
 */
final class SchemaGenerator {

  private static final com.github.victools.jsonschema.generator.SchemaGenerator GENERATOR =
      generator();

  private SchemaGenerator() {}

  static String schemaOf(EventType<?> type) throws JsonProcessingException {
    ObjectNode schema = GENERATOR.generateSchema(type.payload());
    schema.put("title", type.name());
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
  }

  private static com.github.victools.jsonschema.generator.SchemaGenerator generator() {
    var config =
        new SchemaGeneratorConfigBuilder(
                Json.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
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
    return new com.github.victools.jsonschema.generator.SchemaGenerator(config.build());
  }
}
