-- What the relay needs of the database beside the outbox itself.

-- Rows that Kafka does not take: the stream went on without them. A row stays in the outbox beyond its retention until it is
-- settled here: sent again (ops relay resend) or discarded (ops relay discard).
create table relay_quarantine (
  event_id       uuid        primary key,
  row_created_at timestamptz not null,
  slot           text        not null,
  type           text        not null,
  tenant_id      text        not null,
  aggregate_id   text        not null,
  reason         text        not null,
  quarantined_at timestamptz not null default now(),
  settled_at     timestamptz,
  settled_by     text        check (settled_by in ('resend', 'discard')),
  check ((settled_at is null) = (settled_by is null))
);
create index relay_quarantine_open on relay_quarantine (row_created_at) where settled_at is null;

-- A person's word that this server is to be gone on from, though the position in Kafka is of another: a restored database,
-- a promoted copy that had not all, another cluster. The relay takes it once.
create table relay_adoption (
  slot              text        primary key,
  system_identifier text        not null,
  timeline          integer     not null,
  adopted_at        timestamptz not null default now()
);

-- Only what becomes a record is sent through the slot: every further column costs for each row.
alter publication tailrace_relay set table outbox_event
  (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at);

-- When the transaction of a row began, which says its partition; null when the row is gone. Ids are made from the clock, so
-- that the days around theirs are looked through first.
create function outbox_created_at(event_id uuid) returns timestamptz
language plpgsql stable as $$
declare
  made_at timestamptz := to_timestamp(('x' || translate(left(event_id::text, 13), '-', ''))::bit(48)::bigint / 1000.0);
  answer timestamptz;
begin
  select created_at into answer from outbox_event
    where id = event_id and created_at between made_at - interval '1 day' and made_at + interval '1 hour';
  if not found then
    select created_at into answer from outbox_event where id = event_id;
  end if;
  return answer;
end
$$;
