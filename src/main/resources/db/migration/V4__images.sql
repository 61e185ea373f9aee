alter table environments add column image varchar(200);
