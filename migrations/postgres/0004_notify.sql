-- How bad the alert was when somebody was told, so that only a rise is told again soon.
alter table notification_logs add column severity text not null default 'warning';
create index notification_logs_alert on notification_logs (alert_id, channel_id);
create index notification_logs_channel on notification_logs (channel_id, due_at) where status = 'pending';
create index notification_logs_failed on notification_logs (alert_id) where status = 'failed';

create index audit_log_created on audit_log (created_at, id);
