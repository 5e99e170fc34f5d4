package dev.tailrace.consumers.journal;

import java.util.List;

/** What {@link JournalTables} runs; apart from it, so that both can be read on a screen. */
final class JournalSql {

  /**
   * A temporary table, and how its rows go on from there.
   *
   * @param table with the columns that are copied, in their order
   */
  record Staged(String table, String insert) {}

  /**
   * The plan that is right for a batch is never another: look each up by its key. Without being
   * told, Postgres would read whole partitions while they are small, and go on to when they are
   * not, because nobody has analyzed them.
   */
  static final List<String> SESSION =
      List.of(
          "set synchronous_commit = off",
          "set plan_cache_mode = force_custom_plan",
          "set enable_hashjoin = off",
          "set enable_mergejoin = off",
          "set enable_seqscan = off",
          "set jit = off",
          "set temp_buffers = '32MB'",
          "set idle_in_transaction_session_timeout = '60s'",
          "set tcp_keepalives_idle = 10",
          "set tcp_keepalives_interval = 5",
          "set tcp_keepalives_count = 3");

  /** Gone with the connection, empty after each commit. */
  static final List<String> STAGES =
      List.of(
          "create temp table staged_event (like event_journal) on commit delete rows",
          "create temp table staged_attempt (like effect_attempt) on commit delete rows",
          "create temp table staged_dead (like dead_letter) on commit delete rows",
          "create temp table staged_unreadable (like journal_unreadable) on commit delete rows",
          "create temp table staged_offset (like journal_offset) on commit delete rows",
          "create temp table touched (event_id uuid not null) on commit delete rows",
          "create temp table staged_again (event_id uuid, consumer text, item text, at timestamptz) on commit delete rows");

  private static final String EVENT_COLUMNS =
      """
      (event_id, seq, type, tenant_id, aggregate_type, aggregate_id, occurred_at, committed_at, topic, topic_partition, topic_offset,
       caused_by_event, caused_by_consumer, depth, payload_bytes, payload)""";

  static final Staged EVENTS =
      new Staged(
          "staged_event " + EVENT_COLUMNS,
          """
          insert into event_journal select * from staged_event
          on conflict (event_id) do nothing""");

  /** Events that came once more keep their first place, and when that was. */
  static final String RESENT =
      """
      update event_journal j set resent_at = greatest(j.resent_at, again.at)
      from (select event_id, topic, topic_partition, topic_offset, committed_at as at from staged_event) again
      where j.event_id = again.event_id
        and (j.topic, j.topic_partition, j.topic_offset) <> (again.topic, again.topic_partition, again.topic_offset)""";

  static final Staged ATTEMPTS =
      new Staged(
          """
          staged_attempt (event_id, topic_partition, topic_offset, consumer, item, application, lane, attempt, outcome, detail,
            error_class, due_at, started_at, took_micros, recorded_at)""",
          """
          insert into effect_attempt select * from staged_attempt
          on conflict (event_id, topic_partition, topic_offset) do nothing""");

  static final Staged DEAD_LETTERS =
      new Staged(
          """
          staged_dead (topic, topic_partition, topic_offset, application, event_id, consumer, item, type, tenant_id, aggregate_id,
            attempts, reason, dead_at)""",
          """
          insert into dead_letter select * from staged_dead
          on conflict (topic, topic_partition, topic_offset) do nothing""");

  static final Staged UNREADABLE =
      new Staged(
          "staged_unreadable (topic, topic_partition, topic_offset, reason, recorded_at)",
          """
          insert into journal_unreadable select * from staged_unreadable
          on conflict (topic, topic_partition, topic_offset) do nothing""");

  static final Staged OFFSETS =
      new Staged(
          "staged_offset (topic, topic_partition, next_offset)",
          """
          insert into journal_offset select * from staged_offset
          on conflict (topic, topic_partition) do update set next_offset = excluded.next_offset""");

  static final String TOUCHED = "touched (event_id)";

  /**
   * How the effects of these events stand, from everything that is known of them, so that the order
   * in which it came does not matter. The last step decides; a dead letter comes after the attempt
   * of the same millisecond, which is what it tells of; and that nothing was left to do, told after
   * it was done, does not make it less done, with all that led to it: a replay finds out by an
   * attempt, which may have to be repeated. Nor does what an operator asked of its dead letter or
   * of its repeat. That it was held or what an operator asked is no attempt.
   */
  static final String FOLD =
      """
      insert into effect
      with step as (
        select event_id, consumer, item, application, lane, outcome, detail, attempt, due_at, started_at, recorded_at,
          0 as rank, topic_offset
        from touched join effect_attempt using (event_id)
        union all
        select event_id, consumer, item, application, '', 'dead', reason, attempts, null, null, dead_at, 1, topic_offset
        from touched join dead_letter using (event_id)
        where consumer <> '')
      select distinct on (event_id, consumer, item)
        event_id, consumer, item, max(application) over whole, max(lane) over whole,
        case outcome when 'retry' then 'retrying' else outcome end, detail,
        greatest(max(attempt) over whole,
          count(started_at) filter (where outcome not in ('held', 'cancelled', 'discarded')) over whole),
        min(started_at) over whole, max(started_at) over whole, due_at,
        min(recorded_at) filter (where outcome = 'done') over whole
      from step
      window whole as (partition by event_id, consumer, item)
      order by event_id, consumer, item,
        outcome in ('skipped', 'retry', 'held', 'parked') and bool_or(outcome = 'done') over whole
          and coalesce(recorded_at <= max(recorded_at) filter (where outcome = 'skipped') over whole, false),
        outcome in ('discarded', 'cancelled') and coalesce(max(recorded_at) filter (where outcome = 'done') over whole
          > coalesce(max(recorded_at) filter (where outcome = 'dead') over whole, '-infinity'), false),
        recorded_at desc, rank desc, attempt desc, topic_offset desc
      on conflict (event_id, consumer, item) do update set
        application = excluded.application, lane = excluded.lane, state = excluded.state, detail = excluded.detail,
        attempts = excluded.attempts, first_attempt_at = excluded.first_attempt_at,
        last_attempt_at = excluded.last_attempt_at, due_at = excluded.due_at, done_at = excluded.done_at""";

  /**
   * A dead letter is settled when its effect was attempted again, however that ended, it is told;
   * or when an operator has discarded it.
   */
  static final String SETTLE =
      """
      update dead_letter d set settled_at = least(d.settled_at, again.at)
      from (
        select l.topic, l.topic_partition, l.topic_offset, min(a.recorded_at) as at
        from touched
          join dead_letter l using (event_id)
          join effect_attempt a on a.event_id = touched.event_id and a.consumer = l.consumer and a.item = l.item
        where a.recorded_at > l.dead_at and (l.settled_at is null or a.recorded_at < l.settled_at)
        group by l.topic, l.topic_partition, l.topic_offset) again
      where (d.topic, d.topic_partition, d.topic_offset) = (again.topic, again.topic_partition, again.topic_offset)""";

  /** The same, of events that are too old for their attempts to be kept. */
  static final Staged SETTLE_EXPIRED =
      new Staged(
          "staged_again (event_id, consumer, item, at)",
          """
          update dead_letter d set settled_at = least(d.settled_at, again.at)
          from (
            select l.topic, l.topic_partition, l.topic_offset, min(a.at) as at
            from staged_again a join dead_letter l using (event_id, consumer, item)
            where a.at > l.dead_at and (l.settled_at is null or a.at < l.settled_at)
            group by l.topic, l.topic_partition, l.topic_offset) again
          where (d.topic, d.topic_partition, d.topic_offset) = (again.topic, again.topic_partition, again.topic_offset)""");

  private JournalSql() {}
}
