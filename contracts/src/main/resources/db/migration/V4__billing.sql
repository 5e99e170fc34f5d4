-- Who pays, and what Stripe says of it.

create table organization (
  id         text        primary key,
  name       text        not null,
  slug       text        not null unique,
  created_at timestamptz not null default now()
);

create table billing_account (
  organization_id      text        primary key references organization (id),
  stripe_customer_id   text        not null unique,
  subscription_id      text,
  subscription_item_id text,
  subscription_status  text,
  period_start         timestamptz,
  period_end           timestamptz,
  cancel_at_period_end boolean     not null default false,
  -- The provider's time of the newest event that was applied: an older one never overwrites it.
  stripe_event_created timestamptz,
  stripe_event_id      text,
  updated_at           timestamptz not null default now()
);
