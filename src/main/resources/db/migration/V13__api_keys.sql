-- Keys of callers; of their secrets only the SHA-256. Roles and workspaces are words with a space between them.
create table api_keys (
    id uuid primary key,
    subject varchar(1024) not null,
    name varchar(128) not null,
    secret_hash varchar(64) not null unique,
    hint varchar(8) not null,
    roles varchar(1024) not null,
    workspaces varchar(32768) not null,
    self_revoke boolean not null,
    created_at timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone not null,
    ended_at timestamp(6) with time zone,
    last_used_at timestamp(6) with time zone
);
