package dev.tailrace.consumers.billing;

import dev.tailrace.contracts.event.StripeEvent.SubscriptionChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The table of who pays; an older event of the provider never overwrites a newer one. */
final class BillingAccounts {

  /** What became of a change. */
  sealed interface Applied {
    record Changed(String organizationId) implements Applied {}

    /** A newer event was applied before. */
    record Older() implements Applied {}

    /**
     * Another event of the very same second was applied before: their times don't tell which came
     * first.
     */
    record SameSecond() implements Applied {}

    record UnknownCustomer() implements Applied {}
  }

  /** Where a state is known from, and so what it is worth beside another of the same second. */
  enum Witness {
    /** The event brought it; another event of its second may have come later. */
    EVENT,
    /** The provider said so when it was asked, after the event. */
    PROVIDER
  }

  private final Jdbi database;

  BillingAccounts(DataSource database) {
    this.database = Jdbi.create(database);
  }

  /**
   * Whether another event of the very same second was applied, so that {@link #apply} would not
   * take what the event brings.
   */
  boolean appliedInTheSameSecond(String customerId, SubscriptionChange event) throws SQLException {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    select 1 from billing_account
                    where stripe_customer_id = :customer
                      and stripe_event_created = :created and stripe_event_id <> :event""")
                .bind("customer", customerId)
                .bind("created", event.created())
                .bind("event", event.id())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
  }

  /** Applies the state of which the event told, in the caller's transaction. */
  Applied apply(
      Connection connection, SubscriptionState state, Witness witness, SubscriptionChange event)
      throws SQLException {
    // Never closed: with it would go the connection, which is the runtime's to commit.
    Handle handle = Jdbi.open(connection);
    return update(handle, state, witness, event)
        .<Applied>map(Applied.Changed::new)
        .orElseGet(() -> whyNot(handle, state, event));
  }

  private static Optional<String> update(
      Handle handle, SubscriptionState state, Witness witness, SubscriptionChange event) {
    return handle
        .createQuery(
            """
            update billing_account set
              subscription_id = :subscription, subscription_item_id = :item, subscription_status = :status,
              period_start = :start, period_end = :end, cancel_at_period_end = :cancel,
              stripe_event_created = :created, stripe_event_id = :event, updated_at = now()
            where stripe_customer_id = :customer
              and (stripe_event_created is null or stripe_event_created < :created
                or stripe_event_created = :created and (stripe_event_id = :event or :asked))
            returning organization_id""")
        .bind("customer", state.customerId())
        .bind("subscription", state.subscriptionId())
        .bind("item", state.itemId())
        .bind("status", state.status())
        .bind("start", state.periodStart().orElse(null))
        .bind("end", state.periodEnd().orElse(null))
        .bind("cancel", state.cancelAtPeriodEnd())
        .bind("created", event.created())
        .bind("event", event.id())
        .bind("asked", witness == Witness.PROVIDER)
        .mapTo(String.class)
        .findOne();
  }

  private static Applied whyNot(Handle handle, SubscriptionState state, SubscriptionChange event) {
    return handle
        .createQuery(
            "select stripe_event_created = :created from billing_account where stripe_customer_id = :customer")
        .bind("created", event.created())
        .bind("customer", state.customerId())
        .mapTo(Boolean.class)
        .findOne()
        .<Applied>map(sameSecond -> sameSecond ? new Applied.SameSecond() : new Applied.Older())
        .orElseGet(Applied.UnknownCustomer::new);
  }
}
