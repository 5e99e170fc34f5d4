package dev.tailrace.ingest;

import java.sql.SQLException;
import java.util.Optional;

/** Whether the rows are there that an input names. */
final class Existing {

  private Existing() {}

  static boolean user(Call call, String id) throws SQLException {
    return Statements.exists(call.connection(), "select 1 from app_user where id = ?", id);
  }

  /** True also when nobody is named. */
  static boolean user(Call call, Optional<String> id) throws SQLException {
    return id.isEmpty() || user(call, id.get());
  }

  static boolean organization(Call call, String id) throws SQLException {
    return Statements.exists(call.connection(), "select 1 from organization where id = ?", id);
  }
}
