package dev.tailrace.console;

import java.util.List;
import java.util.Locale;

/** An amount of bytes as a person reads it. */
final class Bytes {

  private static final int STEP = 1024;
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

  private Bytes() {}

  /** Such as {@code 512 bytes} or {@code 1.2 MiB}. */
  static String inWords(long bytes) {
    if (Math.abs(bytes) < STEP) {
      return bytes + " bytes";
    }
    double amount = bytes;
    int unit = -1;
    do {
      amount /= STEP;
      unit++;
    } while (Math.abs(amount) >= STEP && unit < UNITS.size() - 1);
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
  }
}
