package dev.tailrace.effects;

import dev.tailrace.contracts.outbox.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * The table of what is carried out: it outlives Kafka and the local state, so that no replay
 * repeats an effect.
 *
 * <p>Each effect looks into it before its call, and most write into it afterwards: effects that run
 * at the same time share statements.
 */
final class DoneRecords implements AutoCloseable {

  /** A transaction is not cut off by the attempt's deadline, so it has one of its own. */
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** How long whoever asks for its health waits. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private record Done(EffectKey key, String outcome) {}

  private final DataSource database;
  private final Gatherer<EffectKey, Boolean> looks;
  private final Gatherer<List<Done>, Boolean> writes;

  DoneRecords(DataSource database) {
    this.database = database;
    this.looks = new Gatherer<>("effect-done-looks", this::found);
    this.writes = new Gatherer<>("effect-done-writes", this::written);
  }

  /** Runs the work in a transaction of its own, which is given up after {@link #TIMEOUT}. */
  <T> T inTransaction(Database.Work<T> work) throws SQLException {
    return Database.inTransaction(
        database,
        connection -> {
          connection.setNetworkTimeout(Runnable::run, (int) TIMEOUT.toMillis());
          return work.in(connection);
        });
  }

  /** Runs one statement, which is a transaction by itself: its commit costs no way of its own. */
  private <T> T alone(Database.Work<T> statement) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(true);
      connection.setNetworkTimeout(Runnable::run, (int) TIMEOUT.toMillis());
      return statement.in(connection);
    }
  }

  /** Asks whether the effect is recorded. */
  Gatherer.Answer<Boolean> contains(EffectKey key) {
    return looks.ask(key);
  }

  /**
   * Records these effects, all or none, in a transaction that others share; the answer says when
   * they are there.
   */
  Gatherer.Answer<Boolean> adding(Map<EffectKey, Outcome> ended) {
    return writes.ask(
        ended.entrySet().stream()
            .map(each -> new Done(each.getKey(), each.getValue().label()))
            .toList());
  }

  /** What keeps it from being asked now: a look like any other must come back in time. */
  Optional<String> problem() throws SQLException, InterruptedException {
    var nobodys = new EffectKey("", "", "", new UUID(0, 0), "");
    try {
      contains(nobodys).await(ANSWER_LIMIT);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of(
          "Postgres did not tell within %d s what stands in effect_done"
              .formatted(ANSWER_LIMIT.toSeconds()));
    }
  }

  /** Of each, whether it is recorded. */
  List<Boolean> found(List<EffectKey> keys) throws SQLException {
    var found = new BitSet();
    return alone(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  // Lateral, so that it is always a look into the index for each.
                  """
                  select asked.place
                  from unnest(?::uuid[], ?::text[], ?::text[])
                    with ordinality as asked (event_id, consumer, item, place)
                  cross join lateral (
                    select from effect_done done
                    where done.event_id = asked.event_id and done.consumer = asked.consumer
                      and done.item = asked.item
                    limit 1) as done""")) {
            setKeys(select, keys);
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                found.set(rows.getInt(1) - 1);
              }
            }
            return IntStream.range(0, keys.size()).mapToObj(found::get).toList();
          }
        });
  }

  private List<Boolean> written(List<List<Done>> done) throws SQLException {
    // Sorted, or two instances that write the same ones would wait for each other.
    List<Done> sorted =
        done.stream()
            .flatMap(List::stream)
            .sorted(
                Comparator.comparing((Done each) -> each.key().eventId())
                    .thenComparing(each -> each.key().consumer())
                    .thenComparing(each -> each.key().item()))
            .toList();
    return alone(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  insert into effect_done (event_id, consumer, item, outcome)
                  select * from unnest(?::uuid[], ?::text[], ?::text[], ?::text[])
                  on conflict do nothing""")) {
            setKeys(insert, sorted.stream().map(Done::key).toList());
            setTexts(insert, 4, sorted, Done::outcome);
            insert.executeUpdate();
            return Collections.nCopies(done.size(), true);
          }
        });
  }

  private static void setKeys(PreparedStatement statement, List<EffectKey> keys)
      throws SQLException {
    setTexts(statement, 1, keys, key -> key.eventId().toString());
    setTexts(statement, 2, keys, EffectKey::consumer);
    setTexts(statement, 3, keys, EffectKey::item);
  }

  private static <T> void setTexts(
      PreparedStatement statement, int parameter, List<T> values, Function<T, String> text)
      throws SQLException {
    Object[] texts = values.stream().map(text).toArray();
    statement.setArray(parameter, statement.getConnection().createArrayOf("text", texts));
  }

  /** The items that were named for the event, if they were. */
  static Optional<List<String>> items(Connection connection, EffectKey key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select items from effect_done
            where event_id = ? and consumer = ? and item = '' and items is not null""")) {
      select.setObject(1, key.eventId());
      select.setString(2, key.consumer());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(List.of((String[]) row.getArray(1).getArray()))
            : Optional.empty();
      }
    }
  }

  /** Records the items that were named; the ones that count are those that are there then. */
  static List<String> addItems(Connection connection, EffectKey key, List<String> items)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into effect_done (event_id, consumer, outcome, items) values (?, ?, 'done', ?)
            on conflict do nothing""")) {
      insert.setObject(1, key.eventId());
      insert.setString(2, key.consumer());
      insert.setArray(3, connection.createArrayOf("text", items.toArray()));
      insert.executeUpdate();
    }
    return items(connection, key).orElse(items);
  }

  /**
   * Records the effect in the transaction of what it did; false when it was recorded before, by a
   * try of which we did not hear the end.
   */
  static boolean add(Connection connection, EffectKey key, Outcome outcome) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into effect_done (event_id, consumer, item, outcome) values (?, ?, ?, ?)
            on conflict do nothing""")) {
      insert.setObject(1, key.eventId());
      insert.setString(2, key.consumer());
      insert.setString(3, key.item());
      insert.setString(4, outcome.label());
      return insert.executeUpdate() == 1;
    }
  }

  @Override
  public void close() {
    looks.close();
    writes.close();
  }
}
