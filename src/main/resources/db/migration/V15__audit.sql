-- Where an execution was asked for: told of in the audit when it ends, whichever server writes that down.
alter table executions add column credential varchar(600);
alter table executions add column client_address varchar(64);
alter table executions add column request_id varchar(128);
alter table executions add column trace_id varchar(64);

-- A chain: the hash of an entry is that of its text and of the hash before it. The other columns are for searching.
create table audit (
    seq bigint primary key,
    happened_at timestamp(6) with time zone not null,
    org varchar(63),
    workspace varchar(63),
    subject varchar(1024),
    operation varchar(64) not null,
    environment_id uuid,
    outcome varchar(20) not null,
    entry varchar(262144) not null,
    previous varchar(64) not null,
    hash varchar(64) not null
);
create index audit_by_time on audit (happened_at);
create index audit_by_environment on audit (environment_id, seq);

-- Where the chain begins: the last entry that was removed from its old end.
create table audit_anchor (
    seq bigint not null,
    hash varchar(64) not null
);
