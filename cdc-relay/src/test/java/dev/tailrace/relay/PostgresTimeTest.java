package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresTimeTest {

  /** As Postgres writes it: as many digits of the fraction as there are. */
  private static final DateTimeFormatter POSTGRES =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .appendLiteral("+00")
          .toFormatter()
          .withZone(ZoneOffset.UTC);

  private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  @ParameterizedTest
  @CsvSource({
    "2026-01-31 10:00:00+00, 2026-01-31T10:00:00Z",
    "2026-01-31 10:00:00.5+00, 2026-01-31T10:00:00.5Z",
    "2026-01-31 10:00:00.000001+00, 2026-01-31T10:00:00.000001Z",
    "2024-02-29 23:59:59.999999+00, 2024-02-29T23:59:59.999999Z",
    "1969-12-31 23:59:59.9+00, 1969-12-31T23:59:59.9Z",
    "0001-01-01 00:00:00+00, 0001-01-01T00:00:00Z",
    "9999-12-31 23:59:59.999999+00, 9999-12-31T23:59:59.999999Z",
  })
  void readsWhatPostgresWrites(String text, Instant instant) {
    assertThat(PostgresTime.instant(text)).isEqualTo(instant);
  }

  @Test
  void readsAnyOfAYearOfFourDigits() {
    Seeds.forEach(
        2_000,
        seed -> {
          Instant instant = drawn(seed);
          assertThat(PostgresTime.instant(POSTGRES.format(instant))).isEqualTo(instant);
        });
  }

  private static Instant drawn(Seed seed) {
    long second = FIRST + Math.floorMod(seed.number(), LAST - FIRST);
    int micros = seed.oneIn(3) ? 0 : seed.below(1_000_000);
    return Instant.ofEpochSecond(second, micros * 1_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"infinity", "10000-01-01 00:00:00+00", "294276-12-31 23:59:59.999999+00"})
  void takesWhatIsTooLateForTheLatest(String text) {
    assertThat(PostgresTime.instant(text)).isEqualTo(Instant.MAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-infinity", "0044-03-15 12:00:00+00 BC", "4714-11-24 00:00:00.123456+00 BC"})
  void takesWhatIsTooEarlyForTheEarliest(String text) {
    assertThat(PostgresTime.instant(text)).isEqualTo(Instant.MIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31 10:00:00+01",
        "2026-01-31 10:00:00+05:30",
        "2026-13-31 10:00:00+00",
        "2026-01-31 1x:00:00+00",
        "2026-01-31 10:00:00.5x+00",
      })
  void refusesWhatIsNoTimeInUtc(String text) {
    assertThatThrownBy(() -> PostgresTime.instant(text)).isInstanceOf(DateTimeException.class);
  }
}
