package dev.tailrace.consumers.billing;

import java.sql.Connection;
import org.jdbi.v3.core.Jdbi;

/**
 * How the checkouts stand, as {@code billing.getCheckout} tells. One that is completed stays so,
 * and one that was given up is ready after all when it is tried again.
 */
final class Checkouts {

  /** The page is there. */
  void ready(Connection connection, String checkoutId, Payments.CheckoutPage page) {
    // Never closed: with the handle would go the connection, which is the runtime's to commit.
    Jdbi.open(connection)
        .createUpdate(
            """
            update checkout set state = 'ready', url = :url, stripe_session_id = :session,
              reason = null, updated_at = now()
            where id = :id and state in ('pending', 'failed')""")
        .bind("id", checkoutId)
        .bind("url", page.url())
        .bind("session", page.sessionId())
        .execute();
  }

  /** There will be no page. */
  void failed(Connection connection, String checkoutId, String reason) {
    Jdbi.open(connection)
        .createUpdate(
            """
            update checkout set state = 'failed', reason = :reason, updated_at = now()
            where id = :id and state = 'pending'""")
        .bind("id", checkoutId)
        .bind("reason", reason)
        .execute();
  }

  /**
   * The person has subscribed.
   *
   * @param checkoutId as the session names it, for a row that does not know its session yet
   */
  void complete(Connection connection, String sessionId, String checkoutId) {
    Jdbi.open(connection)
        .createUpdate(
            """
            update checkout set state = 'completed', stripe_session_id = :session, updated_at = now()
            where stripe_session_id = :session or id = :id""")
        .bind("session", sessionId)
        .bind("id", checkoutId)
        .execute();
  }
}
