-- Who takes care of an alert: a user's email, null for nobody.
alter table alerts add column assignee text;
create index alerts_assignee on alerts (assignee, last_seen_at, id) where assignee is not null;
