-- What became of each event: a projection of the topics, written by the journal application only, and read by people and by browsers
-- that were away. Made again from the topics with journal_rebuild().

-- The tables of a day hold what belongs to the events whose ids were made on it (UTC): an id is a uuidv7, which begins with its time.
-- So an id says its partition, and can be unique over all of them.
create function journal_day_start(day date) returns uuid
language sql immutable strict parallel safe as $$
  select (lpad(to_hex((extract(epoch from day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- payload: only of types that browsers see, for those who were away; of the others it is in the outbox.
-- resent_at: when the event came once more, if it did; everything else is of the first time.
create table event_journal (
  event_id           uuid        primary key,
  seq                bigint      not null,
  type               text        not null,
  tenant_id          text        not null,
  aggregate_type     text        not null,
  aggregate_id       text        not null,
  occurred_at        timestamptz not null,
  committed_at       timestamptz not null,
  topic              text        not null,
  topic_partition    integer     not null,
  topic_offset       bigint      not null,
  caused_by_event    uuid,
  caused_by_consumer text,
  depth              integer     not null,
  payload_bytes      integer     not null,
  payload            text,
  resent_at          timestamptz
) partition by range (event_id);
-- A browser's question: what of a tenant came after a place in commit order.
create index event_journal_missed on event_journal (tenant_id, seq) where payload is not null;

-- Each attempt as its record says; recorded_at, the record's time, is what orders attempts and dead letters.
create table effect_attempt (
  event_id        uuid        not null,
  topic_partition integer     not null,
  topic_offset    bigint      not null,
  consumer        text        not null,
  item            text        not null,
  application     text        not null,
  lane            text        not null,
  attempt         integer     not null,
  outcome         text        not null,
  detail          text        not null,
  error_class     text,
  due_at          timestamptz,
  started_at      timestamptz not null,
  took_micros     bigint      not null,
  recorded_at     timestamptz not null,
  primary key (event_id, topic_partition, topic_offset)
) partition by range (event_id);

-- How each effect stands now: folded from all of its attempts and dead letters, whatever the order in which they came.
create table effect (
  event_id         uuid        not null,
  consumer         text        not null,
  item             text        not null,
  application      text        not null,
  lane             text        not null,
  state            text        not null,
  detail           text        not null,
  attempts         integer     not null,
  first_attempt_at timestamptz,
  last_attempt_at  timestamptz,
  due_at           timestamptz,
  done_at          timestamptz,
  primary key (event_id, consumer, item)
) partition by range (event_id);
create index effect_unsettled on effect (application, state, first_attempt_at) where state not in ('done', 'skipped', 'cancelled');

-- Kept until settled, beyond the partitions, and so with all that tells what it is. settled_at: when it was taken up again.
create table dead_letter (
  topic           text        not null,
  topic_partition integer     not null,
  topic_offset    bigint      not null,
  application     text        not null,
  event_id        uuid,
  consumer        text        not null,
  item            text        not null,
  type            text        not null,
  tenant_id       text        not null,
  aggregate_id    text        not null,
  attempts        integer     not null,
  reason          text        not null,
  dead_at         timestamptz not null,
  settled_at      timestamptz,
  primary key (topic, topic_partition, topic_offset)
);
create index dead_letter_event on dead_letter (event_id);
create index dead_letter_open on dead_letter (dead_at) where settled_at is null;

-- Records that are none of ours, or say what can't be kept.
create table journal_unreadable (
  topic           text        not null,
  topic_partition integer     not null,
  topic_offset    bigint      not null,
  reason          text        not null,
  recorded_at     timestamptz not null,
  primary key (topic, topic_partition, topic_offset)
);

-- How far each partition is read, committed with the rows of what was read.
create table journal_offset (
  topic           text    not null,
  topic_partition integer not null,
  next_offset     bigint  not null,
  primary key (topic, topic_partition)
);

-- One row. generation: which rebuild this is; who writes holds it in share, so that a rebuild comes between two batches.
-- caught_up_at: all that was in Kafka then is in these tables.
create table journal_state (
  only_row     boolean     primary key default true check (only_row),
  generation   bigint      not null default 0,
  caught_up_at timestamptz
);
insert into journal_state default values;

-- Makes the partitions of these days; answers how many there were not.
create function journal_make_partitions(from_day date, to_day date) returns integer
language plpgsql as $$
declare
  made integer := 0;
  day date;
  parent text;
  partition text;
begin
  perform pg_advisory_xact_lock(hashtext('journal_make_partitions'));
  for day in select from_day + i from generate_series(0, to_day - from_day) i loop
    foreach parent in array array['event_journal', 'effect_attempt', 'effect'] loop
      partition := parent || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass(partition) is null then
        execute format('create table %I (like %I including all)', partition, parent);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
          parent, partition, journal_day_start(day), journal_day_start(day + 1));
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end
$$;

-- Empties all that the topics can say again: the journal notices, and reads them from their beginning. Dead letters stay, since that they
-- are settled may be known only here; none is doubled.
create function journal_rebuild() returns void
language plpgsql as $$
begin
  update journal_state set generation = generation + 1, caught_up_at = null;
  truncate event_journal, effect_attempt, effect, journal_unreadable, journal_offset;
end
$$;
