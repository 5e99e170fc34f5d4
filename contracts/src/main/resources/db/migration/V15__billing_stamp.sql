-- Which subscription the newest event was about: between events of two subscriptions their times decide nothing.

alter table billing_account add column stripe_event_subscription text;
