package dev.tailrace.ingest;

import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.ingest.Outcome.Accepted;
import dev.tailrace.ingest.Outcome.Duplicate;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes deliveries, any number of them in one transaction: receipts, raw bodies and outbox events.
 *
 * <p>The receipt's unique key is what makes a redelivery harmless. It is claimed first, with the id
 * that the event will have, and only what was claimed is written: of two at the same time the later
 * one waits for the key, and finds it taken, or free again when the first has failed. All keys are
 * claimed in one order, so that two transactions never wait for one another.
 */
final class Deliveries {

  /** A delivery with its event, which was found good before any transaction began. */
  record Ready(Delivery delivery, Prepared event, Owners owner) {

    Ready(Delivery delivery, Prepared event) {
      this(delivery, event, Owners.of(delivery.owner()));
    }
  }

  private record Key(String source, String dedupeKey) {}

  /** What the tables say of a delivery that was claimed. */
  private record Found(Optional<String> tenant, Optional<Delivery.About> about) {}

  private Deliveries() {}

  /** What became of each, at its place; of two with the same key the later is a duplicate. */
  static List<Outcome> store(Connection connection, List<Ready> deliveries) throws SQLException {
    Map<UUID, Found> claimed = claim(connection, deliveries);
    var events = new ArrayList<Prepared>();
    for (Ready ready : deliveries) {
      Found found = claimed.get(ready.event().id());
      if (found != null) {
        events.add(addressed(ready.event(), found));
      }
    }
    if (!events.isEmpty()) {
      Outbox.appendAll(connection, events);
    }
    return outcomes(connection, deliveries, events);
  }

  private static Prepared addressed(Prepared event, Found found) {
    Delivery.About about =
        found
            .about()
            .orElseGet(
                () ->
                    new Delivery.About(event.event().aggregateType(), event.event().aggregateId()));
    return found
        .tenant()
        .map(tenant -> event.addressed(tenant, about.aggregateType(), about.aggregateId()))
        .orElse(event);
  }

  private static List<Outcome> outcomes(
      Connection connection, List<Ready> deliveries, List<Prepared> stored) throws SQLException {
    Map<UUID, Outcome> accepted = new HashMap<>();
    for (Prepared event : stored) {
      accepted.put(event.id(), new Accepted(event.id(), event.event().tenantId()));
    }
    List<Ready> late =
        deliveries.stream().filter(it -> !accepted.containsKey(it.event().id())).toList();
    Map<Key, UUID> first = late.isEmpty() ? Map.of() : claimedBefore(connection, late);
    var outcomes = new ArrayList<Outcome>(deliveries.size());
    for (Ready ready : deliveries) {
      Outcome outcome = accepted.get(ready.event().id());
      outcomes.add(outcome == null ? duplicate(first, key(ready)) : outcome);
    }
    return outcomes;
  }

  private static Outcome duplicate(Map<Key, UUID> first, Key key) throws SQLException {
    UUID event = first.get(key);
    if (event == null) {
      throw new SQLException("the receipt was there and is gone: retry", "40001");
    }
    return new Duplicate(event);
  }

  /**
   * Writes the receipts and bodies of those that were not there, and finds whose they are. Waits
   * for other transactions that write the same receipts.
   */
  private static Map<UUID, Found> claim(Connection connection, List<Ready> deliveries)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            with given as materialized (
              select * from unnest(?, ?, ?::uuid[], ?, ?, ?, ?) with ordinality
                as given (source, dedupe_key, event_id, body, kind, key, other, place)
            ), claimed as (
              insert into webhook_receipt (source, dedupe_key, outcome, event_id)
              select source, dedupe_key, 'accepted', event_id from given
              order by source, dedupe_key, place
              on conflict do nothing
              returning event_id
            ), kept as (
              insert into webhook_body (event_id, body)
              select event_id, body from given join claimed using (event_id)
            )
            select event_id, owner.tenant_id, owner.aggregate_type, owner.aggregate_id
            from claimed join given using (event_id)
              left join lateral (%s limit 1) as owner on true"""
                .formatted(Owners.LOOKUP))) {
      statement.setArray(1, texts(connection, deliveries, it -> it.delivery().source()));
      statement.setArray(2, texts(connection, deliveries, it -> it.delivery().dedupeKey()));
      statement.setArray(3, texts(connection, deliveries, it -> it.event().id().toString()));
      statement.setArray(4, bodies(connection, deliveries));
      statement.setArray(5, texts(connection, deliveries, it -> it.owner().kind()));
      statement.setArray(6, texts(connection, deliveries, it -> it.owner().key()));
      statement.setArray(7, texts(connection, deliveries, it -> it.owner().other()));
      Map<UUID, Found> claimed = new HashMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          claimed.put(rows.getObject(1, UUID.class), found(rows));
        }
      }
      return claimed;
    }
  }

  private static Found found(ResultSet row) throws SQLException {
    Optional<String> type = Optional.ofNullable(row.getString(3));
    Optional<String> id = Optional.ofNullable(row.getString(4));
    return new Found(
        Optional.ofNullable(row.getString(2)),
        type.flatMap(known -> id.map(it -> new Delivery.About(known, it))));
  }

  /** The events of the receipts that are there. */
  private static Map<Key, UUID> claimedBefore(Connection connection, List<Ready> deliveries)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select source, dedupe_key, event_id from webhook_receipt
            where (source, dedupe_key) in (select * from unnest(?, ?))""")) {
      select.setArray(1, texts(connection, deliveries, it -> it.delivery().source()));
      select.setArray(2, texts(connection, deliveries, it -> it.delivery().dedupeKey()));
      Map<Key, UUID> first = new HashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          first.put(new Key(rows.getString(1), rows.getString(2)), rows.getObject(3, UUID.class));
        }
      }
      return first;
    }
  }

  private static Key key(Ready ready) {
    return new Key(ready.delivery().source(), ready.delivery().dedupeKey());
  }

  private static Array bodies(Connection connection, List<Ready> deliveries) throws SQLException {
    return connection.createArrayOf(
        "bytea",
        deliveries.stream().map(it -> it.delivery().body().bytes()).toArray(byte[][]::new));
  }

  private static Array texts(
      Connection connection, List<Ready> deliveries, Function<Ready, String> text)
      throws SQLException {
    return connection.createArrayOf("text", deliveries.stream().map(text).toArray(String[]::new));
  }
}
