-- What the server takes of new work: one row, or none for all.
create table server_mode (
    mode varchar(20) not null
);
