-- The platform's own tables: who there is, and what belongs to whom. Ids are made by whoever makes the row.

create table app_user (
  id            text        primary key,
  email         text        not null,
  name          text        not null,
  signup_method text        not null,
  created_at    timestamptz not null default now()
);
-- An address is one person's, however it is spelled.
create unique index app_user_email on app_user (lower(email));

create table membership (
  organization_id text        not null references organization (id),
  user_id         text        not null references app_user (id),
  role            text        not null check (role in ('owner', 'member')),
  created_at      timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index membership_user on membership (user_id);

create table project (
  id              text        primary key,
  organization_id text        not null references organization (id),
  name            text        not null,
  slug            text        not null,
  created_at      timestamptz not null default now(),
  unique (organization_id, slug)
);

create table machine (
  id                 text        primary key,
  project_id         text        not null references project (id),
  name               text        not null,
  provider           text        not null,
  external_id        text,
  state              text        not null default 'starting'
    check (state in ('starting', 'active', 'replaced', 'archived', 'failed')),
  -- The provider's own word for it, and its time: an older one never overwrites it.
  provider_state     text,
  provider_state_at  timestamptz,
  metadata           jsonb       not null default '{}',
  created_by_user_id text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (provider, external_id)
);
create index machine_project on machine (project_id);
-- At most one serves a project.
create unique index machine_active on machine (project_id) where state = 'active';

create table checkout (
  id                 text        primary key,
  organization_id    text        not null references organization (id),
  state              text        not null default 'pending'
    check (state in ('pending', 'ready', 'failed', 'completed')),
  email              text        not null,
  success_url        text        not null,
  cancel_url         text        not null,
  created_by_user_id text,
  url                text,
  stripe_session_id  text,
  reason             text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create index checkout_organization on checkout (organization_id);

create table estate (
  id                 text        primary key,
  owner_user_id      text        not null references app_user (id),
  stripe_customer_id text        unique,
  created_at         timestamptz not null default now()
);

create table estate_build (
  id           text        primary key,
  estate_id    text        not null references estate (id),
  requested_at timestamptz not null default now()
);
create index estate_build_estate on estate_build (estate_id);

-- A project's account elsewhere.
create table connection (
  id          text        primary key,
  project_id  text        not null references project (id),
  provider    text        not null check (provider in ('slack', 'github', 'google')),
  external_id text        not null,
  user_id     text,
  scope       text        not null default '',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (project_id, provider, external_id)
);
-- A workspace's events go to one project.
create unique index connection_slack on connection (external_id) where provider = 'slack';

-- Tokens, sealed: whoever reads this table can't use them.
create table secret (
  id             text        primary key,
  project_id     text        not null references project (id),
  connection_id  text        references connection (id),
  connector      text        not null,
  sealed         bytea       not null,
  sealed_refresh bytea,
  expires_at     timestamptz,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  unique (connection_id, connector)
);
create index secret_project on secret (project_id);

-- A person on the way to a provider and back; read and deleted by the callback.
create table oauth_state (
  state_hash      bytea       primary key,
  provider        text        not null,
  project_id      text        not null references project (id),
  user_id         text        not null,
  browser_hash    bytea       not null,
  sealed_verifier bytea       not null,
  expires_at      timestamptz not null,
  created_at      timestamptz not null default now()
);
create index oauth_state_expires on oauth_state (expires_at);

-- Who may call; the token itself is shown once, when it is made.
create table api_token (
  id           text        primary key,
  kind         text        not null check (kind in ('platform', 'daemon', 'publisher')),
  name         text        not null,
  hash         bytea       not null unique,
  -- Null: every tenant.
  tenant_id    text,
  -- Patterns such as kitchen.*; null: every type. For publishers.
  event_types  text[],
  -- The machine that the daemon serves.
  machine_id   text        references machine (id),
  created_at   timestamptz not null default now(),
  revoked_at   timestamptz,
  check (kind <> 'daemon' or machine_id is not null)
);

-- What a call with an Idempotency-Key was answered; status is null while it runs.
create table idempotency (
  caller       text        not null,
  key          text        not null,
  procedure    text        not null,
  request_hash bytea       not null,
  status       integer,
  response     text,
  created_at   timestamptz not null default now(),
  primary key (caller, key)
);
create index idempotency_created_at on idempotency (created_at);
