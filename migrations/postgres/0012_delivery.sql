-- The delivery gate: what may be said, when, and why not. The code is the list of words, so no column checks them.
alter table channels drop constraint channels_kind_check;
-- Attempts that failed since the last that worked, and when the next may be made: of all nodes.
alter table channels add column failures bigint not null default 0;
alter table channels add column failing_since bigint;
alter table channels add column retry_at bigint not null default 0;
-- What is wrong although messages go out.
alter table channels add column warning text;

alter table notification_logs drop constraint notification_logs_channel_check;
alter table notification_logs drop constraint notification_logs_kind_check;
alter table notification_logs drop constraint notification_logs_status_check;
alter table notification_logs alter column alert_id drop not null;
-- Why it is held, cancelled or failed; and until when it is held.
alter table notification_logs add column reason text;
alter table notification_logs add column held_until bigint;
-- When the channel's fallback was given the same.
alter table notification_logs add column fallback_at bigint;
alter table notification_logs add column group_key text;
alter table notification_logs add column escalation_id bigint;
alter table notification_logs add column user_id bigint;
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
);
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
