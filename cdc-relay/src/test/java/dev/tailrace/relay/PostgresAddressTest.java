package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {

  @Test
  void takesAUrlApart() {
    assertThat(PostgresAddress.of("jdbc:postgresql://db/tailrace"))
        .isEqualTo(new PostgresAddress("db", 5432, "tailrace", Map.of()));
    assertThat(PostgresAddress.of("jdbc:postgresql://my_db:6543/a%20b?sslmode=require&x=1%262&y"))
        .isEqualTo(
            new PostgresAddress(
                "my_db", 6543, "a b", Map.of("sslmode", "require", "x", "1&2", "y", "")));
    assertThat(PostgresAddress.of("jdbc:postgresql://[::1]:5433/tailrace").host())
        .isEqualTo("[::1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://db/tailrace?password=hunter2",
        "jdbc:mysql://db/tailrace?password=hunter2",
        "jdbc:postgresql://one:5432,two:5432/tailrace?password=hunter2",
        "jdbc:postgresql://me:hunter2@db/tailrace",
        "jdbc:postgresql://db/",
        "jdbc:postgresql:tailrace"
      })
  void refusesWhatHasNotOneHostAndTellsNoSecret(String url) {
    assertThatThrownBy(() -> PostgresAddress.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RELAY_DB_URL")
        .hasMessageNotContaining("hunter2");
  }
}
