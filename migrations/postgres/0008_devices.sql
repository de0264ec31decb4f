-- Devices that somebody signed in with: the guesses of others do not lock these out.
create table devices (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    token_hash text not null unique,
    failures bigint not null default 0,
    created_at bigint not null,
    expires_at bigint not null
);
create index devices_user on devices (user_id);
