package dev.tailrace.effects;

import java.sql.SQLException;

/**
 * How a failure is told: short enough for a record's header, and without what a database quotes of
 * its rows.
 */
final class Reasons {

  static final int MAX_CHARACTERS = 1_000;

  private Reasons() {}

  static String of(Throwable failure) {
    String type = failure.getClass().getSimpleName();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return type + ": SQLSTATE " + sql.getSQLState();
      }
    }
    return shortened(type + ": " + failure.getMessage());
  }

  static String shortened(String reason) {
    return reason.length() <= MAX_CHARACTERS ? reason : reason.substring(0, MAX_CHARACTERS) + "…";
  }
}
