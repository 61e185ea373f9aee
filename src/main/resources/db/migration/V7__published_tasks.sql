-- Definitions in a table of their own: whoever asks which versions there are reads none of them.
create table task_definitions (
    org varchar(63) not null,
    name varchar(128) not null,
    version varchar(40) not null,
    definition varchar(1048576) not null,
    primary key (org, name, version),
    foreign key (org, name, version) references task_versions (org, name, version) on delete cascade
);
insert into task_definitions (org, name, version, definition) select org, name, version, definition from task_versions;
alter table task_versions drop column definition;

-- What lists tell and search, filled in by the server for versions of before. The ordinal sorts as versions do.
alter table task_versions add column ordinal varchar(29);
alter table task_versions add column is_public boolean default false not null;
alter table task_versions add column sha256 varchar(64);
alter table task_versions add column size_bytes bigint default 0 not null;
alter table task_versions add column image varchar(1024);
alter table task_versions add column description varchar(4096);
alter table task_versions add column difficulty varchar(10);
alter table task_versions add column tags varchar(8192);
alter table task_versions add column author varchar(256);
alter table task_versions add column license varchar(256);
alter table task_versions add column repository varchar(1024);
alter table task_versions add column source varchar(1024);
alter table task_versions add column searchable varchar(4096);
drop index task_versions_by_age;
create index task_versions_by_order on task_versions (org, name, ordinal);
create index task_versions_by_publicity on task_versions (is_public, org, name, ordinal);

create table task_quotas (
    org varchar(63) primary key,
    versions integer not null,
    bytes bigint not null
);
