-- Where a person is brought back to; a path of the platform, empty for none.
alter table oauth_state add column redirect text not null default '';

-- What people call the account: a workspace's name, a login, an address.
alter table connection add column name text not null default '';

-- Why the last refresh has failed for good, so that callers who waited for it are told the same; empty while there was none.
alter table secret
  add column failure   text not null default '',
  add column failed_at timestamptz;
