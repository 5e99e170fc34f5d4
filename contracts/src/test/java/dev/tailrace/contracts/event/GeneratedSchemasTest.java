package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.testkit.RecordSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The schemas that are checked in are those of the records; {@code ./tailrace generate} writes them
 * anew.
 */
class GeneratedSchemasTest {

  private static final Path FOLDER = Path.of("src/main/resources/schemas");

  /** What {@code outbox_json_problems} understands, and words that say nothing about validity. */
  private static final Set<String> KEYWORDS_KNOWN_TO_SQL =
      Set.of(
          "$schema",
          "title",
          "type",
          "properties",
          "required",
          "enum",
          "const",
          "items",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "pattern",
          "format");

  @Test
  void theFilesAreThoseOfTheRecords() throws IOException {
    for (EventType<?> type : Catalogue.types()) {
      Path file = FOLDER.resolve(type.schemaFile());
      String schema = schemaOf(type);
      if (Boolean.getBoolean("tailrace.generate")) {
        Files.createDirectories(FOLDER);
        Files.writeString(file, schema);
      }
      assertThat(file).as("run ./tailrace generate").exists();
      assertThat(Files.readString(file))
          .as("%s is stale: run ./tailrace generate", file)
          .isEqualTo(schema);
    }
  }

  @Test
  void noFileIsLeftOfATypeThatIsGone() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Catalogue.types().stream().map(EventType::schemaFile).collect(Collectors.toSet()));
    }
  }

  @Test
  void everyKeywordIsCheckedInSqlToo() throws IOException {
    for (EventType<?> type : Catalogue.types()) {
      assertThat(KEYWORDS_KNOWN_TO_SQL)
          .as("the schema of %s: teach outbox_json_problems the new keyword", type.name())
          .containsAll(keywords(Json.read(schemaOf(type))));
    }
  }

  private static String schemaOf(EventType<?> type) {
    return RecordSchemas.schemaOf(type.payload(), type.name(), Json.MAPPER);
  }

  private static Set<String> keywords(JsonNode schema) {
    var keywords = new TreeSet<String>();
    schema.fieldNames().forEachRemaining(keywords::add);
    schema.path("properties").forEach(property -> keywords.addAll(keywords(property)));
    if (schema.has("items")) {
      keywords.addAll(keywords(schema.path("items")));
    }
    return keywords;
  }
}
