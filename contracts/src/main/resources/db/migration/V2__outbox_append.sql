-- Appending from any language: select outbox_append(...) inside the caller's own transaction.

-- A copy of the catalogue, brought up to date by each migration.
create table event_type (
  name           text    primary key,
  aggregate_type text    not null,
  realtime       boolean not null,
  schema         jsonb   not null
);

-- All that keeps a value from fitting a schema, one line a problem. It knows the keywords that the generated schemas use.
create function outbox_json_problems(schema jsonb, value jsonb, path text) returns setof text
language plpgsql immutable as $$
declare
  actual text := jsonb_typeof(value);
  content text := value #>> '{}';
  allowed text[];
  field text;
begin
  if actual = 'number' and content::numeric = trunc(content::numeric) then
    actual := 'integer';
  end if;
  allowed := case jsonb_typeof(schema -> 'type')
    when 'string' then array[schema ->> 'type']
    when 'array' then array(select jsonb_array_elements_text(schema -> 'type'))
  end;
  if not (actual = any (allowed) or (actual = 'integer' and 'number' = any (allowed))) then
    return next path || ' must be of type ' || array_to_string(allowed, ' or ') || ', was ' || actual;
    return;
  end if;
  if schema ? 'enum' and not (schema -> 'enum') @> jsonb_build_array(value) then
    return next path || ' must be one of ' || (schema ->> 'enum');
  end if;
  if schema ? 'const' and schema -> 'const' <> value then
    return next path || ' must be ' || (schema ->> 'const');
  end if;

  if actual = 'object' then
    for field in select jsonb_array_elements_text(schema -> 'required') loop
      if not value ? field then
        return next path || '/' || field || ' is missing';
      end if;
    end loop;
    for field in select jsonb_object_keys(schema -> 'properties') loop
      if value ? field then
        return query select outbox_json_problems(schema -> 'properties' -> field, value -> field, path || '/' || field);
      end if;
    end loop;
  elsif actual = 'array' then
    if schema ? 'items' then
      return query
        select outbox_json_problems(schema -> 'items', item, path || '/' || (i - 1))
        from jsonb_array_elements(value) with ordinality as list (item, i);
    end if;
  elsif actual in ('number', 'integer') then
    if content::numeric < (schema ->> 'minimum')::numeric then
      return next path || ' must be at least ' || (schema ->> 'minimum') || ', was ' || content;
    end if;
    if content::numeric > (schema ->> 'maximum')::numeric then
      return next path || ' must be at most ' || (schema ->> 'maximum') || ', was ' || content;
    end if;
  elsif actual = 'string' then
    if length(content) < (schema ->> 'minLength')::integer then
      return next path || ' must have at least ' || (schema ->> 'minLength') || ' characters';
    end if;
    if length(content) > (schema ->> 'maxLength')::integer then
      return next path || ' must have at most ' || (schema ->> 'maxLength') || ' characters';
    end if;
    if content !~ (schema ->> 'pattern') then
      return next path || ' must match ' || (schema ->> 'pattern');
    end if;
    if schema ->> 'format' = 'date-time'
        and not (content ~ '^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$' and pg_input_is_valid(content, 'timestamptz')) then
      return next path || ' must be an instant such as 2026-01-31T10:00:00Z';
    end if;
  end if;
end
$$;

-- Appends one event in the caller's transaction and answers its id; a second append of the same (type, dedupe_key) appends
-- nothing, answers the first one's id, and says duplicate. Everything that is wrong is told in one error (22023).
create function outbox_append(
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
  select * into catalogued from event_type where name = outbox_append.type;
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

-- The same for a payload made with jsonb_build_object.
create function outbox_append(
  type           text,
  tenant_id      text,
  aggregate_id   text,
  payload        jsonb,
  occurred_at    timestamptz default clock_timestamp(),
  dedupe_key     text default null,
  aggregate_type text default null,
  traceparent    text default null,
  out id         uuid,
  out duplicate  boolean)
language sql as $$
  select id, duplicate from outbox_append(type, tenant_id, aggregate_id, payload::text, occurred_at, dedupe_key,
    aggregate_type, traceparent)
$$;
