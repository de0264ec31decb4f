-- Lists of alerts are ordered by when an alert was last seen, so that one that repeats comes up again.
drop index alerts_severity;
create index alerts_severity on alerts (severity, last_seen_at, id);
drop index alerts_read;
create index alerts_read on alerts (is_read, last_seen_at, id);
drop index alerts_state;
create index alerts_state on alerts (state, last_seen_at, id);
drop index alerts_source;
create index alerts_source on alerts (webhook_source_id, last_seen_at, id);
drop index alerts_created;
create index alerts_seen on alerts (last_seen_at, id);
drop index alerts_open;
create index alerts_open on alerts (last_seen_at, id) where state <> 'resolved' and not is_notice;
drop index alerts_open_severity;
create index alerts_open_severity on alerts (severity, last_seen_at, id) where state <> 'resolved' and not is_notice;
drop index alerts_open_source;
create index alerts_open_source on alerts (webhook_source_id, severity, last_seen_at, id)
    where state <> 'resolved' and not is_notice;
drop index alerts_open_unread;
create index alerts_open_unread on alerts (severity, last_seen_at, id)
    where not is_read and state <> 'resolved' and not is_notice;
drop index alerts_notices;
create index alerts_notices on alerts (last_seen_at, id) where is_notice;
