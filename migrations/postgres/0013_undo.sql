-- What bulk changes of alerts were made to, for ten minutes, so that they can be undone.
create table undo_log (
    id text primary key,
    actor text not null,
    change text not null,
    -- The previous states, as `17.open.0.-`, separated by commas.
    before text not null,
    created_at bigint not null
);
create index undo_log_created_at on undo_log (created_at);
