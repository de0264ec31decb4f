-- Bodies and headers apart from what changes: the row of an event is written several times, its body once. What earlier versions
-- stored in webhook_events is moved while the server runs; a moved row keeps an empty body there.
create table webhook_payloads (
    event_id integer primary key,
    payload blob not null,
    encoding text not null default '',
    size bigint not null,
    headers text not null
);

-- The newest layout of rows that a node reads.
alter table nodes add column layout bigint not null default 0;
