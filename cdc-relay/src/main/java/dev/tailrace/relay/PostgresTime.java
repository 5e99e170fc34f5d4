package dev.tailrace.relay;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * A {@code timestamptz} as Postgres writes it in UTC and ISO style, such as {@code 2026-01-31
 * 10:00:00.5+00}. There is one for each row, and a formatter costs more than all other columns.
 */
final class PostgresTime {

  private static final String UTC = "+00";
  private static final int SECONDS_END = "2026-01-31 10:00:00".length();
  private static final int NANO_DIGITS = 9;

  private PostgresTime() {}

  /**
   * Reads one.
   *
   * <p>What Postgres can write and nobody means, an infinity or a year of other than four digits,
   * becomes the nearest of {@link Instant#MIN} and {@link Instant#MAX}: the row is for quarantine
   * then, and nothing behind it is held up.
   *
   * @throws DateTimeException when it is something else
   */
  static Instant instant(String text) {
    if (text.length() < SECONDS_END + UTC.length()
        || text.charAt(4) != '-'
        || text.endsWith("BC")) {
      return outOfBounds(text);
    }
    if (!text.endsWith(UTC)) {
      throw new DateTimeException("no time in UTC: " + text);
    }
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    long second =
        day * 86_400
            + number(text, 11, 13) * 3_600L
            + number(text, 14, 16) * 60L
            + number(text, 17, SECONDS_END);
    return Instant.ofEpochSecond(second, nanos(text));
  }

  private static Instant outOfBounds(String text) {
    return text.startsWith("-") || text.endsWith("BC") ? Instant.MIN : Instant.MAX;
  }

  private static int nanos(String text) {
    int end = text.length() - UTC.length();
    if (end == SECONDS_END) {
      return 0;
    }
    int nanos = number(text, SECONDS_END + 1, end);
    for (int digits = end - SECONDS_END - 1; digits < NANO_DIGITS; digits++) {
      nanos *= 10;
    }
    return nanos;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("no time: " + text);
      }
      number = 10 * number + digit;
    }
    return number;
  }
}
