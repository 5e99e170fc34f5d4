package dev.tailrace.relay;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Sql;

/** The ways in which a slot is lost. */
final class LostSlot {

  private LostSlot() {}

  /**
   * As somebody would who is in a hurry: whoever reads it is thrown out first. One that is being
   * made is left to come into being, else there might never be one.
   */
  static void drop(Scenario scenario) {
    String slot = scenario.config.slot().name();
    var sql = new Sql(scenario.database.dataSource());
    Await.until(
        "the slot is dropped",
        () -> {
          sql.strings(
              """
              select pg_terminate_backend(active_pid) from pg_replication_slots
              where slot_name = ? and confirmed_flush_lsn is not null\
              """,
              slot);
          try {
            return !sql.strings(
                    """
                    select pg_drop_replication_slot(slot_name) from pg_replication_slots
                    where slot_name = ? and confirmed_flush_lsn is not null\
                    """,
                    slot)
                .isEmpty();
          } catch (IllegalStateException taken) {
            return false;
          }
        });
  }

  /** By more WAL than Postgres keeps for a slot that nobody reads. */
  static void invalidate(Scenario scenario) {
    Await.until(
        "Postgres has given the slot up",
        () -> {
          scenario.database.strings("select pg_logical_emit_message(true, 'filler', '')");
          scenario.database.strings("select pg_switch_wal()");
          scenario.database.execute("checkpoint");
          return scenario.database.count(
                  "select count(*) from pg_replication_slots where slot_name = ? and wal_status ="
                      + " 'lost'",
                  scenario.config.slot().name())
              == 1;
        });
  }
}
