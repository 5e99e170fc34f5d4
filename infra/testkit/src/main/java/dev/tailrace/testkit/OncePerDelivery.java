package dev.tailrace.testkit;

import java.util.Collection;
import javax.sql.DataSource;

/**
 * A provider's redelivery made no second event.
 *
 * @param delivered the ids of Stripe's events that were delivered, however often; it may grow until
 *     the check
 */
public record OncePerDelivery(DataSource database, Collection<String> delivered)
    implements Guarantee {

  @Override
  public String says() {
    return "a webhook delivered again makes no second outbox event";
  }

  @Override
  public void check() {
    var sql = new Sql(database);
    Offenders.mustBeNone(
        this,
        sql.strings(
            """
            select string_agg(source || ' ' || dedupe_key, ' and ') from webhook_receipt
            where event_id is not null
            group by event_id having count(*) > 1
            """),
        "outbox events belong to several receipts");
    Offenders.mustBeNone(
        this,
        sql.strings(
            """
            select payload::json ->> 'id' from outbox_event
            where type like 'stripe:%' and payload::json ->> 'id' = any (?)
            group by 1 having count(*) > 1
            """,
            (Object) delivered.toArray(String[]::new)),
        "deliveries made several outbox events");
  }
}
