-- What consumers have carried out. It outlives Kafka's topics and the applications' local state: a replay asks it.

create table effect_done (
  event_id uuid        not null,
  consumer text        not null,
  item     text        not null default '',
  outcome  text        not null,
  done_at  timestamptz not null default now(),
  primary key (event_id, consumer, item)
);
create index effect_done_done_at on effect_done (done_at);
