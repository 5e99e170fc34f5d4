-- What providers delivered: the receipt that makes a redelivery harmless, the bytes as they came, and a sample of refusals.

create table webhook_receipt (
  source      text        not null,
  dedupe_key  text        not null,
  received_at timestamptz not null default now(),
  outcome     text        not null,
  event_id    uuid        not null,
  primary key (source, dedupe_key)
);
create index webhook_receipt_received_at on webhook_receipt (received_at);

create table webhook_body (
  event_id    uuid        primary key,
  received_at timestamptz not null default now(),
  body        bytea       not null
);
create index webhook_body_received_at on webhook_body (received_at);

create table webhook_rejection (
  id          bigint generated always as identity primary key,
  source      text        not null,
  reason      text        not null,
  status      integer     not null,
  rejected_at timestamptz not null default now()
);
create index webhook_rejection_rejected_at on webhook_rejection (rejected_at);
