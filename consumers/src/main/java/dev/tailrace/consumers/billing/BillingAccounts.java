package dev.tailrace.consumers.billing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The table of who pays, and what is known of their subscription. */
final class BillingAccounts {

  /** An account, and what it was last changed by. */
  record Account(String organizationId, Optional<Stamp> stamp) {}

  /** What became of a link. */
  sealed interface Linked {
    record Now(Optional<Stamp> stamp) implements Linked {}

    record UnknownOrganization() implements Linked {}

    /** The organisation has a subscription as another customer. */
    record OtherCustomer(String customerId) implements Linked {}

    /** The customer is another organisation's. */
    record OtherOrganization(String organizationId) implements Linked {}
  }

  private static final String ACCOUNT =
      "select organization_id, stripe_event_id, stripe_event_created, stripe_event_subscription from billing_account ";

  private final Jdbi database;

  BillingAccounts(DataSource database) {
    this.database = Jdbi.create(database);
  }

  /** The account of a customer of the provider's. */
  Optional<Account> ofCustomer(String customerId) {
    return database.inTransaction(handle -> ofCustomer(handle, customerId));
  }

  /** The customer that an organisation is at the provider, if it is one. */
  Optional<String> customerOf(String organizationId) {
    return database.inTransaction(handle -> customerOf(handle, organizationId));
  }

  /** Whether there is such an organisation. */
  boolean isOrganization(String id) {
    return database.inTransaction(handle -> isThere(handle, id));
  }

  /**
   * Puts what is known of the customer's subscription now, unless the account was changed since it
   * was seen. Of an ended subscription only its status and its last period stay.
   *
   * @param seen what the account was last changed by, when it was looked at
   * @return whether it was put
   */
  boolean put(Connection connection, SubscriptionState state, Stamp stamp, Optional<Stamp> seen) {
    return open(connection)
            .createUpdate(
                """
                update billing_account set
                  subscription_id = :subscription, subscription_item_id = :item, subscription_status = :status,
                  period_start = :start, period_end = :end, cancel_at_period_end = :cancel,
                  stripe_event_created = :created, stripe_event_id = :event,
                  stripe_event_subscription = :of, updated_at = now()
                where stripe_customer_id = :customer and stripe_event_id is not distinct from :seen""")
            .bind("customer", state.customerId())
            .bind("subscription", state.isOver() ? null : state.subscriptionId())
            .bind("item", state.isOver() ? null : state.itemId())
            .bind("status", state.status())
            .bind("start", state.periodStart().orElse(null))
            .bind("end", state.periodEnd().orElse(null))
            .bind("cancel", state.cancelAtPeriodEnd())
            .bind("created", stamp.created())
            .bind("event", stamp.eventId())
            .bind("of", stamp.subscriptionId())
            .bind("seen", seen.map(Stamp::eventId).orElse(null))
            .execute()
        == 1;
  }

  /**
   * Makes an organisation pay as this customer. One that paid as another and has no subscription
   * any more is moved.
   */
  Linked link(Connection connection, String organizationId, String customerId) {
    Handle handle = open(connection);
    Optional<Account> theirs = ofCustomer(handle, customerId);
    if (theirs.isPresent()) {
      return theirs.get().organizationId().equals(organizationId)
          ? new Linked.Now(theirs.get().stamp())
          : new Linked.OtherOrganization(theirs.get().organizationId());
    }
    if (!isThere(handle, organizationId)) {
      return new Linked.UnknownOrganization();
    }
    return moved(handle, organizationId, customerId)
        ? new Linked.Now(Optional.empty())
        : new Linked.OtherCustomer(customerOf(handle, organizationId).orElse(""));
  }

  private static boolean moved(Handle handle, String organizationId, String customerId) {
    return handle
            .createUpdate(
                """
                insert into billing_account (organization_id, stripe_customer_id)
                values (:organization, :customer)
                on conflict (organization_id) do update set
                  stripe_customer_id = excluded.stripe_customer_id, subscription_status = null,
                  period_start = null, period_end = null, cancel_at_period_end = false,
                  stripe_event_id = null, stripe_event_created = null, stripe_event_subscription = null,
                  updated_at = now()
                where billing_account.subscription_id is null""")
            .bind("organization", organizationId)
            .bind("customer", customerId)
            .execute()
        == 1;
  }

  private static boolean isThere(Handle handle, String organizationId) {
    return handle
        .createQuery("select 1 from organization where id = :organization for key share")
        .bind("organization", organizationId)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static Optional<Account> ofCustomer(Handle handle, String customerId) {
    return handle
        .createQuery(ACCOUNT + "where stripe_customer_id = :customer")
        .bind("customer", customerId)
        .map((row, context) -> account(row))
        .findOne();
  }

  private static Optional<String> customerOf(Handle handle, String organizationId) {
    return handle
        .createQuery(
            "select stripe_customer_id from billing_account where organization_id = :organization")
        .bind("organization", organizationId)
        .mapTo(String.class)
        .findOne();
  }

  private static Account account(ResultSet row) throws SQLException {
    String eventId = row.getString(2);
    @Nullable OffsetDateTime created = row.getObject(3, OffsetDateTime.class);
    return new Account(
        row.getString(1),
        eventId == null || created == null
            ? Optional.empty()
            : Optional.of(new Stamp(eventId, created.toInstant(), text(row.getString(4)))));
  }

  private static String text(@Nullable String column) {
    return column == null ? "" : column;
  }

  /** Never closed: with it would go the connection, which is the runtime's to commit. */
  private static Handle open(Connection connection) {
    return Jdbi.open(connection);
  }
}
