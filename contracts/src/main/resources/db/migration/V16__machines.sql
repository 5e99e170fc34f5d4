-- Machines: how they are reached, what they are signed for with, and where they stand.

-- One that gave way is on its way to being archived, as one is that somebody asked to archive.
alter table machine drop constraint machine_state_check;
update machine set state = 'archiving' where state = 'replaced';
alter table machine
  add constraint machine_state_check
    check (state in ('starting', 'active', 'archiving', 'archived', 'failed')),
  -- Where its daemon answers, as the daemon said when it was ready.
  add column url     text,
  -- Why it is failed.
  add column failure text not null default '';

-- Those that are at a provider, for who compares what is here with what is there.
create index machine_at_provider on machine (provider, external_id) where state <> 'archived';

-- What a machine's daemon and the platform know one another by, sealed; gone when it is archived.
create table machine_secret (
  machine_id     text        primary key references machine (id),
  -- What is forwarded to it is signed with this.
  sealed_signing bytea       not null,
  -- The daemon's API token, until its sandbox has it.
  sealed_token   bytea,
  created_at     timestamptz not null default now()
);

-- Whose tokens end with it.
create index api_token_machine on api_token (machine_id) where machine_id is not null;

-- What became of a mail that was sent; an older word of Resend's never overwrites a newer one, and of two at the same time the later seq counts.
create table email_delivery (
  email_id    text        primary key,
  status      text        not null,
  reason      text        not null default '',
  occurred_at timestamptz not null,
  seq         text        not null,
  event_id    uuid        not null,
  updated_at  timestamptz not null default now()
);

-- A mail that came in and was not forwarded, and why.
create table email_refusal (
  event_id    uuid        primary key,
  email_id    text        not null,
  sender      text        not null,
  recipient   text        not null,
  reason      text        not null,
  occurred_at timestamptz not null,
  created_at  timestamptz not null default now()
);
