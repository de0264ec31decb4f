-- Lists by status: what is processed is nearly everything, and found by time; only the rest has an index of its own, so
-- that working an event off changes no index on the status but takes it out of one.
drop index webhook_events_status_source;
drop index webhook_events_status;
create index webhook_events_status_source on webhook_events (status, webhook_source_id, created_at, id) where status <> 'processed';
create index webhook_events_status on webhook_events (status, created_at, id) where status <> 'processed';
create index webhook_events_type on webhook_events (event_type, created_at, id);

-- Whether the bytes are to be worked off once more.
alter table webhook_events add column is_replay boolean not null default false;

-- What people look at first: alerts that nobody has resolved.
drop index alerts_unread;
create index alerts_open on alerts (created_at, id, severity, is_read, webhook_source_id, state) where state <> 'resolved';
create index alerts_open_severity on alerts (severity, created_at, id, is_read) where state <> 'resolved';
create index alerts_open_source on alerts (webhook_source_id, created_at, id, severity) where state <> 'resolved';

-- What the search index still lacks.
create table search_queue (
    kind text not null check (kind in ('alert', 'event')),
    row_id bigint not null,
    primary key (kind, row_id)
) without rowid;

-- Words by row. Only what is looked for is kept: which words, not where.
create virtual table alerts_text using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0");
create virtual table events_text using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0");
