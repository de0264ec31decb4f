-- All bytes that a refused request takes here, headers included: what its source's bound counts.
alter table quarantine add column stored_bytes bigint not null default 0;
update quarantine set stored_bytes = size + octet_length(headers::text) + octet_length(coalesce(sealed, ''));
drop index quarantine_size;
create index quarantine_bytes on quarantine (webhook_source_id, id, stored_bytes);
