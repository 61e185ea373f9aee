-- What the sandbox of an environment may use. Those of before have what the default was.
alter table environments add column memory_bytes bigint default 536870912 not null;
