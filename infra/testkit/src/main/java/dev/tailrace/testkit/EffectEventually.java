package dev.tailrace.testkit;

import java.util.Set;
import javax.sql.DataSource;

/**
 * Each event of the given types was carried out by a consumer.
 *
 * @param types such as {@code stripe:invoice.paid}
 */
public record EffectEventually(DataSource database, Set<String> types, String consumer)
    implements Guarantee {

  @Override
  public String says() {
    return "each event of " + types + " is done by " + consumer + " in the end";
  }

  @Override
  public void check() {
    var undone =
        new Sql(database)
            .strings(
                """
                select id from outbox_event event
                where type = any (?) and not exists (
                  select 1 from effect_done done
                  where done.event_id = event.id and done.consumer = ?)
                order by created_at, id
                """,
                types.toArray(String[]::new),
                consumer);
    Offenders.mustBeNone(this, undone, "events are not done");
  }
}
