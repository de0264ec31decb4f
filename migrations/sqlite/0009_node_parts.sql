-- Which parts of a node live: names with commas.
alter table nodes add column parts text not null default '';
