-- The delivery gate: what may be said, when, and why not. The code is the list of words, so no column checks them.
--
-- In one transaction, as every migration: a server that is killed in it finds the old tables.
create table channels_new (
    id integer primary key autoincrement,
    name text not null unique,
    kind text not null,
    recipient text not null,
    secret text,
    key_ref text not null,
    settings text not null,
    min_severity text not null default 'warning',
    fallback_id bigint references channels_new (id),
    is_active boolean not null default true,
    broken_reason text,
    muted_until bigint,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    -- Attempts that failed since the last that worked, and when the next may be made: of all nodes.
    failures bigint not null default 0,
    failing_since bigint,
    retry_at bigint not null default 0,
    -- What is wrong although messages go out.
    warning text
);
insert into channels_new (id, name, kind, recipient, secret, key_ref, settings, min_severity, fallback_id, is_active,
    broken_reason, muted_until, created_at, updated_at, deleted_at)
    select id, name, kind, recipient, secret, key_ref, settings, min_severity, fallback_id, is_active, broken_reason,
    muted_until, created_at, updated_at, deleted_at from channels;

create table notification_logs_new (
    id integer primary key autoincrement,
    alert_id bigint references alerts (id) on delete cascade,
    channel_id bigint references channels_new (id) on delete set null,
    channel text not null,
    recipient text not null,
    kind text not null,
    episode bigint not null default 0,
    digest_id bigint,
    status text not null default 'pending',
    attempts bigint not null default 0,
    due_at bigint not null,
    lease_until bigint,
    error_message text,
    provider_response text,
    created_at bigint not null,
    updated_at bigint not null,
    severity text not null default 'warning',
    -- Why it is held, cancelled or failed; and until when it is held.
    reason text,
    held_until bigint,
    -- When the channel's fallback was given the same.
    fallback_at bigint,
    group_key text,
    escalation_id bigint,
    user_id bigint,
    unique (alert_id, channel_id, kind, episode)
);
insert into notification_logs_new (id, alert_id, channel_id, channel, recipient, kind, episode, digest_id, status, attempts,
    due_at, lease_until, error_message, provider_response, created_at, updated_at, severity)
    select id, alert_id, channel_id, channel, recipient, kind, episode, digest_id, status, attempts, due_at, lease_until,
    error_message, provider_response, created_at, updated_at, severity from notification_logs order by id;

-- Ids are not given twice, also where the newest rows were removed.
delete from sqlite_sequence where name in ('channels_new', 'notification_logs_new');
insert into sqlite_sequence (name, seq)
    select name || '_new', seq from sqlite_sequence where name in ('channels', 'notification_logs');
drop table notification_logs;
drop table channels;
alter table channels_new rename to channels;
alter table notification_logs_new rename to notification_logs;

create index notification_logs_status on notification_logs (status, created_at, id);
create index notification_logs_created on notification_logs (created_at, id);
create index notification_logs_alert on notification_logs (alert_id, channel_id);
create index notification_logs_kind on notification_logs (channel, created_at, id);
create index notification_logs_worst on notification_logs (channel_id,
    (case severity when 'critical' then 0 when 'error' then 1 when 'warning' then 2 else 3 end), id) where status = 'pending';
-- What waits for its end; what its fallback may have to take over; what an alert still has to say.
create index notification_logs_held on notification_logs (held_until, id)
    where status not in ('pending', 'sent', 'failed', 'cancelled');
create index notification_logs_held_by on notification_logs (channel_id, reason)
    where status not in ('pending', 'sent', 'failed', 'cancelled');
create index notification_logs_handed on notification_logs (channel_id, due_at) where status = 'pending' and fallback_at is not null;
create index notification_logs_alone on notification_logs (channel_id, due_at) where status = 'pending' and fallback_at is null;
create index notification_logs_unsaid on notification_logs (alert_id) where status in ('pending', 'held');

-- What a channel was last told of an alert: when it was last alarmed, and when it was sent anything.
create table alert_told (
    alert_id bigint not null references alerts (id) on delete cascade,
    channel_id bigint not null references channels (id) on delete cascade,
    is_end boolean not null,
    severity text not null,
    told_at bigint not null,
    said_at bigint not null,
    primary key (alert_id, channel_id)
) without rowid;
insert into alert_told (alert_id, channel_id, is_end, severity, told_at, said_at)
    select n.alert_id, n.channel_id, n.kind = 'resolved', n.severity, n.updated_at, n.updated_at from notification_logs n
    where n.id in (select max(id) from notification_logs where status = 'sent' and channel_id is not null
    and alert_id is not null group by alert_id, channel_id);

-- The newest message of each kind, and the mute, belong to the key.
alter table alert_keys add column newest text;
alter table alert_keys add column muted_until bigint;

-- News is read or unread; a problem can be open. How often it was opened again, when it last ended, why nobody was told.
alter table alerts add column is_notice boolean not null default false;
alter table alerts add column episode bigint not null default 0;
alter table alerts add column ended_at bigint;
alter table alerts add column untold_reason text;
drop index alerts_open;
create index alerts_open on alerts (created_at, id)
    where state <> 'resolved' and not is_notice;
drop index alerts_open_severity;
create index alerts_open_severity on alerts (severity, created_at, id) where state <> 'resolved' and not is_notice;
drop index alerts_open_source;
create index alerts_open_source on alerts (webhook_source_id, severity, created_at, id)
    where state <> 'resolved' and not is_notice;
drop index alerts_open_unread;
create index alerts_open_unread on alerts (severity, created_at, id)
    where not is_read and state <> 'resolved' and not is_notice;
create index alerts_notices on alerts (created_at, id) where is_notice;

-- What is stored already is moved in batches while the server runs: alerts up to this id.
insert into settings (name, value, updated_at)
    select 'backfill_notices_until', cast(coalesce(max(id), 0) as text), 0 from alerts;
