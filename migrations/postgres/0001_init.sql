-- Every table of OpsCenter. The same tables and columns stand in ../sqlite (a test compares them).
-- Ids are given by the database and never reused; times are Unix milliseconds UTC, from the server's clock.

create table users (
    id bigint generated always as identity primary key,
    email text not null unique,
    name text not null,
    password_hash text not null,
    role text not null check (role in ('admin', 'operator', 'viewer')),
    is_active boolean not null default true,
    created_at bigint not null,
    updated_at bigint not null
);

create table sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    token_hash text not null unique,
    ip_address text not null,
    user_agent text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);

create table api_tokens (
    id bigint generated always as identity primary key,
    name text not null unique,
    token_hash text not null unique,
    role text not null check (role in ('admin', 'operator', 'viewer')),
    last_used_at bigint,
    revoked_at bigint,
    created_at bigint not null
);

create table settings (
    name text primary key,
    value text not null,
    updated_at bigint not null
);

create table audit_log (
    id bigint generated always as identity primary key,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null,
    created_at bigint not null
);

create table nodes (
    id text primary key,
    role text not null,
    version text not null,
    started_at bigint not null,
    seen_at bigint not null,
    clients bigint not null default 0,
    last_job_at bigint
);

create table webhook_sources (
    id bigint generated always as identity primary key,
    name text not null,
    slug text not null unique,
    provider text not null,
    secret_key text not null,
    previous_secret text,
    previous_secret_until bigint,
    key_ref text not null,
    settings jsonb not null,
    is_active boolean not null default true,
    deleted_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);

create table webhook_events (
    id bigint generated always as identity primary key,
    webhook_source_id bigint not null references webhook_sources (id),
    request_id text not null,
    event_type text not null,
    delivery_id text not null,
    payload bytea not null,
    content_type text not null,
    headers jsonb not null,
    signature text,
    ip_address text not null,
    status text not null default 'pending' check (status in ('pending', 'processing', 'processed', 'failed')),
    attempts bigint not null default 0,
    due_at bigint not null,
    lease_until bigint,
    error_message text,
    processed_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (webhook_source_id, delivery_id)
);
create index webhook_events_status_source on webhook_events (status, webhook_source_id, created_at, id);
create index webhook_events_status on webhook_events (status, created_at, id);
create index webhook_events_source on webhook_events (webhook_source_id, created_at, id);
create index webhook_events_created on webhook_events (created_at, id);
create index webhook_events_ip on webhook_events (ip_address);
create index webhook_events_due on webhook_events (due_at) where status = 'pending';
create index webhook_events_lease on webhook_events (lease_until) where status = 'processing';

create table alerts (
    id bigint generated always as identity primary key,
    webhook_event_id bigint references webhook_events (id) on delete set null,
    position bigint not null default 0,
    webhook_source_id bigint not null references webhook_sources (id),
    title text not null,
    message text not null,
    severity text not null check (severity in ('info', 'warning', 'error', 'critical')),
    metadata jsonb not null,
    is_read boolean not null default false,
    state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
    dedup_key text,
    occurrences bigint not null default 1,
    last_seen_at bigint not null,
    muted_until bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (webhook_event_id, position)
);
create unique index alerts_open_key on alerts (dedup_key) where dedup_key is not null and state <> 'resolved';
create index alerts_severity on alerts (severity, created_at, id);
create index alerts_read on alerts (is_read, created_at, id);
create index alerts_unread on alerts (severity) where is_read = false;
create index alerts_state on alerts (state, created_at, id);
create index alerts_source on alerts (webhook_source_id, created_at, id);
create index alerts_created on alerts (created_at, id);

create table alert_activity (
    id bigint generated always as identity primary key,
    alert_id bigint not null references alerts (id) on delete cascade,
    webhook_event_id bigint references webhook_events (id) on delete set null,
    kind text not null check (kind in ('opened', 'repeated', 'read', 'unread', 'acknowledged', 'resolved', 'reopened', 'noted', 'muted', 'replayed', 'notified')),
    actor text not null,
    detail jsonb not null,
    created_at bigint not null
);
create index alert_activity_alert on alert_activity (alert_id, id);
create index alert_activity_event on alert_activity (webhook_event_id) where webhook_event_id is not null;

create table channels (
    id bigint generated always as identity primary key,
    name text not null unique,
    kind text not null check (kind in ('telegram', 'email', 'slack')),
    recipient text not null,
    secret text,
    key_ref text not null,
    settings jsonb not null,
    min_severity text not null default 'warning',
    fallback_id bigint references channels (id),
    is_active boolean not null default true,
    broken_reason text,
    muted_until bigint,
    created_at bigint not null,
    updated_at bigint not null
);

create table notification_logs (
    id bigint generated always as identity primary key,
    alert_id bigint not null references alerts (id) on delete cascade,
    channel_id bigint references channels (id) on delete set null,
    channel text not null check (channel in ('telegram', 'email', 'slack')),
    recipient text not null,
    kind text not null check (kind in ('opened', 'repeated', 'resolved', 'digest')),
    episode bigint not null default 0,
    digest_id bigint,
    status text not null default 'pending' check (status in ('pending', 'sent', 'failed')),
    attempts bigint not null default 0,
    due_at bigint not null,
    lease_until bigint,
    error_message text,
    provider_response text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (alert_id, channel_id, kind, episode)
);
create index notification_logs_status on notification_logs (status, created_at, id);
create index notification_logs_created on notification_logs (created_at, id);
create index notification_logs_due on notification_logs (due_at) where status = 'pending';

create table stats_minute (
    minute bigint not null,
    webhook_source_id bigint not null references webhook_sources (id) on delete cascade,
    received bigint not null default 0,
    failed bigint not null default 0,
    info bigint not null default 0,
    warning bigint not null default 0,
    error bigint not null default 0,
    critical bigint not null default 0,
    took_ms bigint not null default 0,
    took_count bigint not null default 0,
    primary key (minute, webhook_source_id)
);

create table quarantine (
    id bigint generated always as identity primary key,
    webhook_source_id bigint references webhook_sources (id) on delete cascade,
    request_id text not null,
    reason text not null,
    detail text not null,
    payload bytea not null,
    content_type text not null,
    headers jsonb not null,
    ip_address text not null,
    retried_event_id bigint,
    created_at bigint not null
);
create index quarantine_created on quarantine (created_at, id);
create index quarantine_source on quarantine (webhook_source_id, created_at, id);

-- lz4 halves the cost of storing a payload; a server built without it keeps its default.
do $$ begin
    alter table webhook_events alter column payload set compression lz4;
    alter table quarantine alter column payload set compression lz4;
exception when others then
    raise notice 'lz4 is not available: %', sqlerrm;
end $$;
