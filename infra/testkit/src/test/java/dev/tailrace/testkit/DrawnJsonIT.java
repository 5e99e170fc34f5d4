package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DrawnJsonIT {
  @Test
  void isJsonToPostgresAndComesBackAsItWas() {
    try (var database = TestDatabase.create()) {
      Seeds.forEach(
          200,
          seed -> {
            var drawn = seed.json();
            assertThat(database.strings("select ?::text::json::text", drawn))
                .containsExactly(drawn);
          });
    }
  }
}
