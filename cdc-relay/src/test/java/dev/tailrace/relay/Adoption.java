package dev.tailrace.relay;

import java.util.List;

/** A person's word that the relay is to go on from the server as it is. */
final class Adoption {

  private Adoption() {}

  /** As {@code ./tailrace ops relay adopt} does it. */
  static void write(Scenario scenario) {
    scenario.database.execute(
        """
        insert into relay_adoption (slot, system_identifier, timeline)
        select ?, system_identifier,
          ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
        from pg_control_system()\
        """,
        scenario.config.slot().name());
  }

  /** Whether it has not been taken yet. */
  static boolean waits(Scenario scenario) {
    return scenario.database.count("select count(*) from relay_adoption") == 1;
  }

  /** The ids of the events that are in Kafka. */
  static List<String> ids(Scenario scenario) {
    return scenario.events().stream().map(event -> Scenario.header(event, "ce_id")).toList();
  }
}
