package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same as {@link Instant#toString}, to the letter. */
class InstantTextTest {

  private static final List<String> EDGES =
      List.of(
          "1970-01-01T00:00:00Z",
          "1969-12-31T23:59:59.999999999Z",
          "2026-01-31T10:00:00.5Z",
          "2026-01-31T10:00:00.050Z",
          "2026-01-31T10:00:00.000001Z",
          "2026-01-31T10:00:00.000000001Z",
          "2026-01-31T10:00:00.100000001Z",
          "2024-02-29T00:00:00Z",
          "0000-01-01T00:00:00Z",
          "-0001-12-31T23:59:59.999Z",
          "9999-12-31T23:59:59.999999999Z",
          "+10000-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59.999999999Z",
          "-1000000000-01-01T00:00:00Z");

  private static final long YEAR_10000 = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final long YEAR_0 = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

  @Test
  void isWhatInstantSaysAtTheEdges() {
    for (String edge : EDGES) {
      Instant instant = Instant.parse(edge);
      assertThat(InstantText.of(instant)).isEqualTo(instant.toString());
    }
  }

  @Test
  void isWhatInstantSaysOfAny() {
    Seeds.forEach(
        5_000,
        seed -> {
          Instant instant = Instant.ofEpochSecond(second(seed), nanos(seed));
          assertThat(InstantText.of(instant)).isEqualTo(instant.toString());
        });
  }

  /** Mostly of the years that it writes by itself, and just beyond both of their ends. */
  private static long second(Seed seed) {
    return switch (seed.below(4)) {
      case 0 -> YEAR_0 + seed.between(-100_000, 100_000);
      case 1 -> YEAR_10000 + seed.between(-100_000, 100_000);
      case 2 ->
          Math.floorMod(seed.number(), 2L * 31_556_889_864_403_199L) - 31_556_889_864_403_199L;
      default -> YEAR_0 + Math.floorMod(seed.number(), YEAR_10000 - YEAR_0);
    };
  }

  private static long nanos(Seed seed) {
    return switch (seed.below(4)) {
      case 0 -> 0;
      case 1 -> seed.below(1_000) * 1_000_000L;
      case 2 -> seed.below(1_000_000) * 1_000L;
      default -> seed.below(1_000_000_000);
    };
  }
}
