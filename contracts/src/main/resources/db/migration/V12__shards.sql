-- Shards of the relay: when one slot is not enough, n of them read a part of the tenants each.

-- Of 64 parts, so that up to 64 shards can share them; the same for all events of a tenant, whose channel keeps its order.
create function outbox_shard(tenant_id text) returns smallint
language sql immutable strict parallel safe as $$
  select (('x' || left(md5(tenant_id), 4))::bit(16)::integer % 64)::smallint
$$;

alter table outbox_event add column shard smallint not null generated always as (outbox_shard(tenant_id)) stored;

-- From so many shards to so many, at the commit of a transaction with a message of the same: those before are brought to their
-- end there, and those after begin behind it.
create table relay_cut_over (
  id         bigint      generated always as identity primary key,
  slot       text        not null,
  from_count integer     not null check (from_count between 1 and 64),
  to_count   integer     not null check (to_count between 1 and 64),
  asked_at   timestamptz not null default now()
);

-- The name of a shard's slot or publication.
create function outbox_shard_name(base text, index integer, count integer) returns text
language sql immutable as $$
  select case when count = 1 then base else base || '_' || index || '_of_' || count end
$$;

-- The publications of so many shards, one for each; those that are there stay.
create function outbox_publish_shards(publication text, count integer) returns void
language plpgsql as $$
begin
  for i in 0 .. count - 1 loop
    if not exists (select from pg_publication where pubname = outbox_shard_name(publication, i, count)) then
      execute format(
        'create publication %I for table outbox_event (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
         where (shard %% %s = %s) with (publish = ''insert'', publish_via_partition_root = true)',
        outbox_shard_name(publication, i, count), count, i);
    end if;
  end loop;
end
$$;

-- The cut-over, with the commit of the caller's transaction, which does nothing else; answers its id. The slots of the shards
-- before it must be read now, or they could miss it; the slots of those after it must be there.
create function outbox_cut_over(slot text, to_count integer) returns bigint
language plpgsql as $$
declare
  before integer := coalesce((select c.to_count from relay_cut_over c where c.slot = outbox_cut_over.slot order by c.id desc limit 1), 1);
  made bigint;
  missing text;
begin
  if before = to_count then
    raise exception 'there are % shards already', to_count using errcode = 'invalid_parameter_value';
  end if;
  select string_agg(name, ', ') into missing
    from generate_series(0, before - 1) i, outbox_shard_name(slot, i, before) name
    where not exists (select from pg_replication_slots r where r.slot_name = name and r.active);
  if missing is not null then
    raise exception 'these slots are not being read, start their relays first: %', missing using errcode = 'object_not_in_prerequisite_state';
  end if;
  select string_agg(name, ', ') into missing
    from generate_series(0, outbox_cut_over.to_count - 1) i, outbox_shard_name(slot, i, outbox_cut_over.to_count) name
    where not exists (select from pg_replication_slots r where r.slot_name = name);
  if missing is not null then
    raise exception 'these slots are not there yet: %', missing using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into relay_cut_over (slot, from_count, to_count) values (outbox_cut_over.slot, before, outbox_cut_over.to_count)
    returning id into made;
  perform pg_logical_emit_message(true, 'tailrace.cutover',
    jsonb_build_object('id', made, 'slot', outbox_cut_over.slot, 'from', before, 'to', outbox_cut_over.to_count)::text);
  return made;
end
$$;
