-- What was seen last of a key, so that deliveries that come out of order end in the same state.
create table alert_keys (
    dedup_key text primary key,
    opened_at bigint not null default 0,
    resolved_at bigint not null default 0,
    updated_at bigint not null
);
create index alert_keys_updated on alert_keys (updated_at);

-- Only where a source has a replay window.
alter table webhook_events add column body_hash text;
create index webhook_events_body on webhook_events (webhook_source_id, body_hash) where body_hash is not null;

-- What is needed to verify a refused request again: its headers and query, encrypted.
alter table quarantine add column sealed text;
alter table quarantine add column size bigint not null default 0;
create index quarantine_size on quarantine (id, size);
