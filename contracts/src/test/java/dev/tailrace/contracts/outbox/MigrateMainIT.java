package dev.tailrace.contracts.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.service.ConfigurationException;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrateMainIT {

  @Test
  void anEmptyDatabaseIsBroughtUpToDateAndAnotherRunFindsNothingToDo() throws Exception {
    try (var database = TestDatabase.create()) {
      Map<String, String> environment =
          Map.of(
              "MIGRATE_DB_URL", database.jdbcUrl(),
              "MIGRATE_DB_USER", database.user(),
              "MIGRATE_DB_PASSWORD", database.password());

      assertThat(MigrateMain.migrate(environment))
          .startsWith("  applied V1 outbox\n  applied V2 outbox append\n")
          .endsWith(
              "%d of its %d migrations are new, and SQL knows the %d event types of this release"
                  .formatted(migrations(), migrations(), Catalogue.types().size()));
      assertThat(MigrateMain.migrate(environment))
          .startsWith("✓")
          .contains("0 of its %d ".formatted(migrations()));
    }
  }

  /** The files that there are. */
  private static int migrations() throws IOException {
    try (var files = Files.list(Path.of("src/main/resources/db/migration"))) {
      return (int) files.count();
    }
  }

  @Test
  void everyMissingSettingIsTold() {
    assertThatThrownBy(() -> MigrateMain.migrate(Map.of("MIGRATE_DB_PASWORD", "x")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MIGRATE_DB_URL")
        .hasMessageContaining("did you mean MIGRATE_DB_PASSWORD?");
  }
}
