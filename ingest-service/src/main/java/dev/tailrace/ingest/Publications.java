package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import java.sql.SQLException;
import java.util.List;

/** Appends a publisher's events, all in one transaction and in the order that they were given. */
final class Publications {

  private final Transactions transactions;

  Publications(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Appends the events; when this returns, they are committed.
   *
   * @throws SQLException when the database is away: nothing is known of any of them then
   */
  List<Appended> append(List<Prepared> events) throws SQLException {
    return transactions.run(connection -> Outbox.appendAll(connection, events));
  }
}
