package dev.tailrace.console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Cells that stand under each other, as wide as the widest of their column. */
final class Columns {

  private Columns() {}

  /**
   * A text for each line, two blanks between its cells.
   *
   * @param lines each with as many cells as the first
   */
  static List<String> of(List<List<String>> lines) {
    int[] widths = new int[lines.getFirst().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return lines.stream().map(line -> padded(line, widths)).toList();
  }

  private static String padded(List<String> line, int[] widths) {
    var text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = line.get(i);
      text.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
    }
    return text.toString().stripTrailing();
  }

  /** A time as a cell: UTC, to the second. */
  static String second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
