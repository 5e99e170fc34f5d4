package dev.tailrace.ingest;

import java.sql.SQLException;

/** Where verified deliveries are kept. */
@FunctionalInterface
interface Storage {

  /**
   * Stores the delivery; when this returns, what it says is committed.
   *
   * @throws SQLException when the database is away: nothing is known of the delivery then, and the
   *     provider shall send it again
   */
  Outcome store(Delivery delivery) throws SQLException;
}
