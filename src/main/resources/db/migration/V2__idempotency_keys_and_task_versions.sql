create table idempotency_keys (
    key_hash varchar(64) primary key,
    request_hash varchar(64) not null,
    subject_id uuid not null,
    sealed varchar(400),
    created_at timestamp(6) with time zone not null
);
create index idempotency_keys_by_subject on idempotency_keys (subject_id);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table task_versions (
    org varchar(63) not null,
    name varchar(128) not null,
    version varchar(40) not null,
    definition varchar(1048576) not null,
    created_at timestamp(6) with time zone not null,
    created_by varchar(1024) not null,
    primary key (org, name, version)
);
create index task_versions_by_age on task_versions (created_at);
