package dev.tailrace.benchmarks;

import java.util.Locale;

/**
 * How far a contestant is, as it tells the others through a file.
 *
 * @param begun calls of the backlog that have begun
 * @param settled effects that are carried out, of all phases; the dead are not among them
 * @param p50 of the paced effects, from the append of their record until the call is through;
 *     milliseconds, as the others
 */
record Status(long begun, long settled, double p50, double p99, double most) {

  static final Status NONE = new Status(0, 0, Double.NaN, Double.NaN, Double.NaN);

  static Status parse(String text) {
    String[] parts = text.strip().split(" ", -1);
    return new Status(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Double.parseDouble(parts[2]),
        Double.parseDouble(parts[3]),
        Double.parseDouble(parts[4]));
  }

  String text() {
    return String.format(Locale.ROOT, "%d %d %.3f %.3f %.3f", begun, settled, p50, p99, most);
  }
}
