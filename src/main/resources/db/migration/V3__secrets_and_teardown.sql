alter table environments add column secret_ids varchar(1048576) default '[]' not null;
alter table environments add column teardown varchar(1048576);
alter table environments add column teardown_sec integer;
