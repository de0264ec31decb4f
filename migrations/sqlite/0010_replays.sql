-- How often an event was replayed. With id and attempts it names one attempt for ever: attempts begin anew with each replay.
alter table webhook_events add column replays bigint not null default 0;
