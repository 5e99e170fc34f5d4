package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.RecordSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The schemas that are checked in are those of the procedures' inputs; {@code ./tailrace generate}
 * writes them anew.
 */
class GeneratedProcedureSchemasTest {

  private static final Path FOLDER = Path.of("src/main/resources/procedures");

  @Test
  void theFilesAreThoseOfTheInputs() throws IOException {
    for (Procedure<?, ?> procedure : all()) {
      Path file = FOLDER.resolve(procedure.name() + ".json");
      String schema =
          RecordSchemas.closedSchemaOf(procedure.input(), procedure.name(), Json.MAPPER);
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
  void noFileIsLeftOfAProcedureThatIsGone() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              all().stream().map(procedure -> procedure.name() + ".json").toList());
    }
  }

  /** Those of the service, whatever it is set up with. */
  static List<Procedure<?, ?>> all() {
    var all = new ArrayList<>(Procedures.all());
    var transactions = new Transactions(new HikariDataSource());
    try (var oauth = new OAuth(OAuthSettings.none(), transactions, Clock.systemUTC())) {
      all.addAll(oauth.procedures());
    }
    return all;
  }
}
