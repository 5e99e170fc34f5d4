-- The outbox: what must follow from a change, written in the transaction of the change, never updated.

-- Postgres 18 brings uuidv7(); 16 and 17 get one with the same meaning.
do $$
begin
  if to_regprocedure('pg_catalog.uuidv7()') is null and to_regprocedure('uuidv7()') is null then
    create function uuidv7() returns uuid language sql volatile parallel safe as $body$
      select encode(
        set_bit(set_bit(
          overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
            from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
    $body$;
  end if;
end
$$;

-- created_at is the start of the transaction, so a late commit lands in an old partition.
-- payload is text, not jsonb: it is passed on byte for byte.
create table outbox_event (
  id             uuid        not null,
  created_at     timestamptz not null default now(),
  tenant_id      text        not null,
  aggregate_type text        not null,
  aggregate_id   text        not null,
  type           text        not null,
  payload        text        not null,
  headers        text        not null,
  occurred_at    timestamptz not null,
  primary key (created_at, id)
) partition by range (created_at);

-- A unique key over partitions must hold the partition column, so the dedupe keys live apart from them.
create table outbox_dedupe (
  type       text        not null,
  dedupe_key text        not null,
  event_id   uuid        not null,
  created_at timestamptz not null default now(),
  primary key (type, dedupe_key)
);
create index outbox_dedupe_created_at on outbox_dedupe (created_at);

-- Makes the daily partitions (UTC days) from yesterday to days_ahead; answers how many it made.
-- Attaching a table locks the parent less than creating a partition in place: appends go on meanwhile.
create function outbox_make_partitions(days_ahead integer default 14) returns integer
language plpgsql as $$
declare
  made integer := 0;
  today date := (now() at time zone 'UTC')::date;
  day date;
  partition text;
begin
  perform pg_advisory_xact_lock(hashtext('outbox_make_partitions'));
  for day in select today + i from generate_series(-1, days_ahead) i loop
    partition := 'outbox_event_' || to_char(day, 'YYYYMMDD');
    if to_regclass(partition) is null then
      execute format('create table %I (like outbox_event including all)', partition);
      execute format('alter table outbox_event attach partition %I for values from (%L) to (%L)',
        partition, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

select outbox_make_partitions();

-- Only inserts, and all of them under the parent's name: what the relay reads.
create publication tailrace_relay for table outbox_event
  with (publish = 'insert', publish_via_partition_root = true);
