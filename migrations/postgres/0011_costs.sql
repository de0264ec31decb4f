-- What is asked every second, for each page or by the sweep is found by an index, however large its table is.
--
-- SQLite, which has no statistics of ours, takes any equality for selective: `state = …` or `is_read = …` would lead it to the
-- index of that column. So the conditions of these indexes are said without one, here and in the questions.
create index alerts_resolved on alerts (updated_at) where state <> 'open' and state <> 'acknowledged';
create index alerts_open_unread on alerts (severity, created_at, id) where not is_read and state <> 'resolved';
drop index alerts_open_source;
create index alerts_open_source on alerts (webhook_source_id, severity, created_at, id) where state <> 'resolved';
create index alerts_key on alerts (dedup_key, id) where dedup_key is not null;

-- What waited for a channel that is gone could never be told, nor counted as untold.
update notification_logs set status = 'failed', error_message = 'the channel was deleted', lease_until = null
    where status = 'pending' and channel_id is null;

-- Whether everybody who should have been told of it was not.
alter table alerts add column is_untold boolean not null default false;
update alerts set is_untold = true where id in (select alert_id from notification_logs where status = 'failed')
    and not exists (select 1 from notification_logs n where n.alert_id = alerts.id and n.status <> 'failed');
create index alerts_untold on alerts (id) where is_untold and state <> 'resolved' and state <> 'acknowledged';

drop index webhook_events_ip;
create index webhook_events_ip on webhook_events (ip_address, created_at, id);
drop index webhook_events_body;
create index webhook_events_body on webhook_events (webhook_source_id, body_hash, created_at) where body_hash is not null;

-- What a channel has to tell: the worst first. And what channels of one kind told.
drop index notification_logs_due;
drop index notification_logs_channel;
drop index notification_logs_failed;
create index notification_logs_worst on notification_logs (channel_id,
    (case severity when 'critical' then 0 when 'error' then 1 when 'warning' then 2 else 3 end), id) where status = 'pending';
create index notification_logs_kind on notification_logs (channel, created_at, id);

-- Of one source, when it is removed; and minutes that are not folded into their hour yet.
create index stats_minute_source on stats_minute (webhook_source_id, minute);
create index stats_minute_fine on stats_minute (minute, webhook_source_id) where minute % 3600000 <> 0;

-- A removed channel stays, hidden, as a removed source does: its name is in the log.
alter table channels add column deleted_at bigint;

