package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends a publisher's events, all in one transaction and in the order that they were given.
 *
 * <p>Their dedupe keys can't be claimed in that order: two requests with the same keys in another
 * order would wait for one another. So the keys are locked first, in an order of their own.
 */
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
    return transactions.run(
        connection -> {
          lockKeys(connection, events);
          var appended = new ArrayList<Appended>(events.size());
          for (Prepared event : events) {
            appended.add(Outbox.append(connection, event));
          }
          return appended;
        });
  }

  private static void lockKeys(Connection connection, List<Prepared> events) throws SQLException {
    String[] keys =
        events.stream()
            .map(Prepared::event)
            .flatMap(
                event -> event.dedupeKey().map(key -> event.type().name() + " " + key).stream())
            .distinct()
            .toArray(String[]::new);
    if (keys.length < 2) {
      return;
    }
    try (PreparedStatement lock =
        connection.prepareStatement(
            """
            select pg_advisory_xact_lock(number)
            from (select distinct hashtextextended(key, 0) as number from unnest(?) as key
                  order by number) as sorted""")) {
      lock.setArray(1, connection.createArrayOf("text", keys));
      lock.executeQuery().close();
    }
  }
}
