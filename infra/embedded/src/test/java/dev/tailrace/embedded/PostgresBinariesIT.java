package dev.tailrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresBinariesIT {
  @TempDir Path home;
  @TempDir Path directory;

  @Test
  void areUnpackedOnceByJvmsThatStartTogether() throws Exception {
    var freshHome = "-Duser.home=" + home;
    try (var one = OtherJvm.runs(PostgresOwner.class, directory.resolve("one"), freshHome);
        var two = OtherJvm.runs(PostgresOwner.class, directory.resolve("two"), freshHome)) {
      assertThat(one.says()).isNotEqualTo(two.says()).containsOnlyDigits();
    }
    try (var cached = Files.list(home.resolve(".cache").resolve("tailrace"))) {
      assertThat(cached.map(path -> path.getFileName().toString()))
          .hasSize(2)
          .anyMatch(name -> name.matches("postgres-[0-9a-f]{16}"))
          .anyMatch(name -> name.endsWith(".lock"));
    }
  }
}
