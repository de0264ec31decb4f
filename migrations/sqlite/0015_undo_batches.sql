-- Large changes of alerts are kept in batches, each in the transaction that made it. Entries can be used for ten minutes, so
-- those of the old table are not migrated.
drop table undo_log;
create table undo_log (
    id text not null,
    batch bigint not null default 0,
    actor text not null,
    change text not null,
    -- The change and the previous states, as JSON.
    before text not null,
    created_at bigint not null,
    primary key (id, batch)
);
create index undo_log_created_at on undo_log (created_at);
