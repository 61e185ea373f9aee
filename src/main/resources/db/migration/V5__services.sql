alter table environments add column services varchar(1048576);
