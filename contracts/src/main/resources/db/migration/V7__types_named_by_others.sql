-- Types whose name somebody else gives are on one line of the catalogue: a procedure's calls are rpc:<procedure>.
-- The deliveries of a configured sender, <source>:received, are taken by the ingest service alone.

create function outbox_type_line(type text) returns text
language sql immutable as $$
  select case when type ~ '^rpc:[A-Za-z][A-Za-z0-9_-]*([.][A-Za-z][A-Za-z0-9_-]*)*$' then 'rpc:*'
    when position('*' in type) = 0 then type end
$$;

create or replace function outbox_append(
  type           text,
  tenant_id      text,
  aggregate_id   text,
  payload        text,
  occurred_at    timestamptz default clock_timestamp(),
  dedupe_key     text default null,
  aggregate_type text default null,
  traceparent    text default null,
  out id         uuid,
  out duplicate  boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  catalogued event_type%rowtype;
  body jsonb;
  problems text[] := '{}';
  envelope_bytes integer;
begin
  select * into catalogued from event_type where name = outbox_type_line(outbox_append.type);
  if not found then
    problems := problems || format('/type %L is not in the catalogue', outbox_append.type);
  end if;
  if tenant_id is null or outbox_append.tenant_id !~ '\S' then
    problems := problems || '/tenantId must not be blank'::text;
  elsif outbox_append.tenant_id ~ '[:*[:space:][:cntrl:]]' then
    problems := problems || '/tenantId must have no '':'', ''*'', blanks or control characters'::text;
  end if;
  if outbox_append.aggregate_id is null or outbox_append.aggregate_id !~ '\S' then
    problems := problems || '/aggregateId must not be blank'::text;
  end if;
  if outbox_append.aggregate_type !~ '\S' then
    problems := problems || '/aggregateType must not be blank'::text;
  end if;
  if outbox_append.dedupe_key !~ '\S' then
    problems := problems || '/dedupeKey must not be blank'::text;
  end if;
  if greatest(length(outbox_append.tenant_id), length(outbox_append.aggregate_id),
      length(outbox_append.aggregate_type), length(outbox_append.dedupe_key)) > 512 then
    problems := problems || 'tenantId, aggregateType, aggregateId and dedupeKey may have at most 512 characters each'::text;
  end if;
  if outbox_append.occurred_at is null then
    problems := problems || '/occurredAt is missing'::text;
  end if;

  envelope_bytes := 256 + octet_length(outbox_append.tenant_id) + octet_length(outbox_append.aggregate_id)
    + octet_length(coalesce(outbox_append.aggregate_type, catalogued.aggregate_type, '')) + octet_length(outbox_append.payload);
  if envelope_bytes > 900000 then
    problems := problems || format('the envelope has %s bytes, at most 900000 are taken', envelope_bytes);
  end if;
  if outbox_append.payload is null then
    problems := problems || '/payload is missing'::text;
  elsif not pg_input_is_valid(outbox_append.payload, 'jsonb') then
    problems := problems || '/payload is no JSON'::text;
  elsif outbox_append.payload is not json with unique keys then
    problems := problems || '/payload has a key that stands twice in one object'::text;
  else
    body := outbox_append.payload::jsonb;
    if jsonb_typeof(body) <> 'object' then
      problems := problems || '/payload must be a JSON object'::text;
    elsif catalogued.name is not null then
      problems := problems || array(select outbox_json_problems(catalogued.schema, body, '/payload'));
    end if;
  end if;
  if problems <> '{}' then
    raise exception '% can''t be appended: %', coalesce(outbox_append.type, 'an event without a type'),
      array_to_string(problems, '; ') using errcode = 'invalid_parameter_value';
  end if;

  id := uuidv7();
  duplicate := false;
  if outbox_append.dedupe_key is not null then
    insert into outbox_dedupe (type, dedupe_key, event_id)
      values (outbox_append.type, outbox_append.dedupe_key, outbox_append.id)
      on conflict do nothing;
    if not found then
      duplicate := true;
      select event_id into id from outbox_dedupe d
        where d.type = outbox_append.type and d.dedupe_key = outbox_append.dedupe_key;
      return;
    end if;
  end if;
  insert into outbox_event (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
  values (outbox_append.id, outbox_append.tenant_id, coalesce(outbox_append.aggregate_type, catalogued.aggregate_type),
    outbox_append.aggregate_id, outbox_append.type, outbox_append.payload,
    jsonb_strip_nulls(jsonb_build_object('version', 1, 'traceparent', outbox_append.traceparent))::text,
    outbox_append.occurred_at);
end
$$;
