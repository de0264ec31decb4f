-- Filters that somebody gave a name.
create table saved_filters (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    page text not null check (page in ('alerts', 'events')),
    name text not null,
    query text not null,
    created_at bigint not null,
    unique (user_id, page, name)
);
