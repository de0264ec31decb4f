-- Channels of the kind `push`, which earlier versions cannot read: this migration keeps them from starting on this database.
update nodes set layout = layout where id is null;
