-- Bodies and headers apart from what changes: the row of an event is written several times, its body once. What earlier versions
-- stored in webhook_events is moved while the server runs; a moved row keeps an empty body there.
create table webhook_payloads (
    event_id bigint primary key,
    payload bytea not null,
    encoding text not null default '',
    size bigint not null,
    headers jsonb not null
);

-- lz4 halves the cost of storing a body that is not compressed yet; a server built without it keeps its default.
do $$ begin
    alter table webhook_payloads alter column payload set compression lz4;
exception when others then
    raise notice 'lz4 is not available: %', sqlerrm;
end $$;

-- The newest layout of rows that a node reads.
alter table nodes add column layout bigint not null default 0;
