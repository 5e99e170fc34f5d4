package dev.tailrace.testkit;

import java.util.Collection;
import java.util.HashSet;
import javax.sql.DataSource;

/**
 * What was acknowledged to a provider is in PostgreSQL, whatever was killed next.
 *
 * @param acknowledged recorded by whoever got the answers; it may grow until the check
 */
public record AckedIsDurable(DataSource database, Collection<Receipt> acknowledged)
    implements Guarantee {

  @Override
  public String says() {
    return "a webhook answered with a success is in webhook_receipt";
  }

  @Override
  public void check() {
    var missing = new HashSet<>(acknowledged);
    for (var row : new Sql(database).rows("select source, dedupe_key from webhook_receipt")) {
      missing.remove(
          new Receipt(String.valueOf(row.get("source")), String.valueOf(row.get("dedupe_key"))));
    }
    Offenders.mustBeNone(this, missing, "acknowledged webhooks are not there");
  }
}
