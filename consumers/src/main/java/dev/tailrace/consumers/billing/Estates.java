package dev.tailrace.consumers.billing;

import java.sql.Connection;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Estates, whose owners pay for them. */
final class Estates {

  /** Who owns an estate, and whom it is paid by already. */
  record Owner(String name, String email, Optional<String> customerId) {}

  private final Jdbi database;

  Estates(DataSource database) {
    this.database = Jdbi.create(database);
  }

  /** The owner, if there are both the estate and the person. */
  Optional<Owner> owner(String estateId, String userId) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    select person.name, person.email, estate.stripe_customer_id
                    from estate join app_user person on person.id = estate.owner_user_id
                    where estate.id = :estate and person.id = :user""")
                .bind("estate", estateId)
                .bind("user", userId)
                .map(
                    (row, context) ->
                        new Owner(
                            row.getString(1),
                            row.getString(2),
                            Optional.ofNullable(row.getString(3))))
                .findOne());
  }

  /** Remembers the customer, once: answers whether this one is remembered. */
  boolean remember(Connection connection, String estateId, String customerId) {
    // Never closed: with the handle would go the connection, which is the runtime's to commit.
    return Jdbi.open(connection)
            .createUpdate(
                """
                update estate set stripe_customer_id = :customer
                where id = :estate and coalesce(stripe_customer_id, :customer) = :customer""")
            .bind("estate", estateId)
            .bind("customer", customerId)
            .execute()
        == 1;
  }
}
