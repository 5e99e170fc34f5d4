package dev.tailrace.contracts.journal;

import dev.tailrace.contracts.event.CausedBy;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.JournaledEffect.Attempt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of events, asked of the tables that the journal application writes; on a connection
 * of the caller's.
 *
 * <p>It tells what has come through Kafka, a moment late. Who must know whether that moment is over
 * compares {@link #caughtUpAt}.
 */
public final class Journal {

  /** The most events of one answer. */
  public static final int MOST_EVENTS = 1_000;

  /** How far back {@link #missed} goes. */
  public static final Duration FARTHEST = Duration.ofDays(7);

  private static final String EVENT_COLUMNS =
      """
      event_id, seq, type, tenant_id, aggregate_type, aggregate_id, occurred_at, committed_at, topic, topic_partition,
        topic_offset, caused_by_event, caused_by_consumer, depth, payload_bytes, coalesce(payload, '') as payload, resent_at""";

  private Journal() {}

  /** The event of this id; nothing while it is not journaled, and when it no longer is. */
  public static Optional<JournaledEvent> event(Connection connection, UUID eventId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select " + EVENT_COLUMNS + " from event_journal where event_id = ?")) {
      select.setObject(1, eventId);
      return first(select, Journal::journaledEvent);
    }
  }

  /** How an event stands with a consumer, one that has one effect of an event. */
  public static EventStatus status(Connection connection, UUID eventId, String consumer)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select state, detail, done_at from effect
            where event_id = ? and consumer = ? and item = ''""")) {
      select.setObject(1, eventId);
      select.setString(2, consumer);
      Optional<EventStatus> told = first(select, Journal::eventStatus);
      if (told.isPresent()) {
        return told.get();
      }
    }
    return event(connection, eventId).isPresent()
        ? new EventStatus.Pending()
        : new EventStatus.Unknown();
  }

  private static EventStatus eventStatus(ResultSet row) throws SQLException {
    Optional<Instant> done = time(row, "done_at");
    if (done.isPresent()) {
      return new EventStatus.Published(done.get());
    }
    return switch (row.getString("state")) {
      case "dead", "discarded" -> new EventStatus.Failed(row.getString("detail"));
      case "skipped", "cancelled" -> new EventStatus.Skipped(row.getString("detail"));
      default -> new EventStatus.Pending();
    };
  }

  /**
   * What browsers may see of a tenant's events after a place in commit order, up to {@link
   * #MOST_EVENTS} and {@link #FARTHEST} back.
   *
   * @param since the seq of the last event that is known there; 0 for none
   * @param asked when the question came: what was in Kafka then is in a complete answer
   */
  public static Missed missed(Connection connection, String tenantId, long since, Instant asked)
      throws SQLException {
    boolean upToDate = caughtUpAt(connection).filter(then -> !then.isBefore(asked)).isPresent();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select "
                + EVENT_COLUMNS
                + """
                 from event_journal
                where tenant_id = ? and seq > ? and payload is not null
                  and event_id >= journal_day_start(?::date)
                order by seq limit ?""")) {
      select.setString(1, tenantId);
      select.setLong(2, since);
      select.setObject(3, asked.minus(FARTHEST).atOffset(ZoneOffset.UTC).toLocalDate());
      select.setInt(4, MOST_EVENTS + 1);
      List<Envelope> events = all(select, Journal::envelope);
      boolean cut = events.size() > MOST_EVENTS;
      return new Missed(cut ? events.subList(0, MOST_EVENTS) : events, upToDate && !cut);
    }
  }

  /** A time up to which all that was in Kafka is journaled; nothing before the first. */
  public static Optional<Instant> caughtUpAt(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select caught_up_at from journal_state")) {
      return first(select, row -> time(row, "caught_up_at")).flatMap(it -> it);
    }
  }

  /** Every effect of an event that was attempted or given up, each with its attempts. */
  public static List<JournaledEffect> effects(Connection connection, UUID eventId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select application, consumer, item, lane, state, detail, attempts, due_at from effect
            where event_id = ? order by first_attempt_at, consumer, item""")) {
      select.setObject(1, eventId);
      return all(
          select,
          row ->
              new JournaledEffect(
                  row.getString("application"),
                  row.getString("consumer"),
                  row.getString("item"),
                  row.getString("lane"),
                  row.getString("state"),
                  row.getString("detail"),
                  row.getInt("attempts"),
                  time(row, "due_at"),
                  attempts(connection, eventId, row.getString("consumer"), row.getString("item"))));
    }
  }

  private static List<Attempt> attempts(
      Connection connection, UUID eventId, String consumer, String item) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select attempt, started_at, took_micros, outcome, detail from effect_attempt
            where event_id = ? and consumer = ? and item = ?
            order by recorded_at, attempt, topic_offset""")) {
      select.setObject(1, eventId);
      select.setString(2, consumer);
      select.setString(3, item);
      return all(
          select,
          row ->
              new Attempt(
                  row.getInt("attempt"),
                  required(row, "started_at"),
                  Duration.ofNanos(row.getLong("took_micros") * 1_000),
                  row.getString("outcome"),
                  row.getString("detail")));
    }
  }

  /**
   * Dead letters that nobody has settled, the oldest first.
   *
   * @param application of which; nothing for all
   */
  public static List<DeadLetter> openDeadLetters(
      Connection connection, Optional<String> application, int limit) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select * from dead_letter
            where settled_at is null and (?::text is null or application = ?)
            order by dead_at, topic, topic_partition, topic_offset limit ?""")) {
      select.setObject(1, application.orElse(null), Types.VARCHAR);
      select.setObject(2, application.orElse(null), Types.VARCHAR);
      select.setInt(3, limit);
      return all(
          select,
          row ->
              new DeadLetter(
                  row.getString("topic"),
                  row.getInt("topic_partition"),
                  row.getLong("topic_offset"),
                  row.getString("application"),
                  Optional.ofNullable(row.getObject("event_id", UUID.class)),
                  row.getString("consumer"),
                  row.getString("item"),
                  row.getString("type"),
                  row.getString("tenant_id"),
                  row.getString("aggregate_id"),
                  row.getInt("attempts"),
                  row.getString("reason"),
                  required(row, "dead_at")));
    }
  }

  private static JournaledEvent journaledEvent(ResultSet row) throws SQLException {
    return new JournaledEvent(
        envelope(row),
        required(row, "committed_at"),
        row.getString("topic"),
        row.getInt("topic_partition"),
        row.getLong("topic_offset"),
        row.getInt("payload_bytes"),
        time(row, "resent_at"));
  }

  private static Envelope envelope(ResultSet row) throws SQLException {
    Optional<UUID> cause = Optional.ofNullable(row.getObject("caused_by_event", UUID.class));
    String consumer = row.getString("caused_by_consumer");
    return new Envelope(
        row.getObject("event_id", UUID.class),
        "%019d".formatted(row.getLong("seq")),
        row.getString("type"),
        row.getString("tenant_id"),
        row.getString("aggregate_type"),
        row.getString("aggregate_id"),
        required(row, "occurred_at"),
        new Origin(
            cause.map(id -> new CausedBy(id, consumer)), row.getInt("depth"), Optional.empty()),
        row.getString("payload"));
  }

  private static Instant required(ResultSet row, String column) throws SQLException {
    return time(row, column).orElseThrow();
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private static <T> Optional<T> first(PreparedStatement select, Reading<T> reading)
      throws SQLException {
    return all(select, reading).stream().findFirst();
  }

  private static <T> List<T> all(PreparedStatement select, Reading<T> reading) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      var all = new ArrayList<T>();
      while (row.next()) {
        all.add(reading.of(row));
      }
      return all;
    }
  }
}
