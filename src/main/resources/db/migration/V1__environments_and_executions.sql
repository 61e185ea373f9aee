-- The same statements on H2 and PostgreSQL; ${bytes} is the one type whose name they do not share.
create table workspaces (
    org varchar(63) not null,
    workspace varchar(63) not null,
    primary key (org, workspace)
);

create table environments (
    id uuid primary key,
    org varchar(63) not null,
    workspace varchar(63) not null,
    task_ref varchar(400) not null,
    state varchar(20) not null,
    created_at timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone not null,
    ended_at timestamp(6) with time zone,
    instruction varchar(1048576),
    verification varchar(1048576),
    project_id varchar(1024),
    error varchar(1024),
    token_hash varchar(64) not null,
    command_env varchar(1048576) not null,
    command_user varchar(256),
    created_by varchar(1024) not null
);
create index environments_by_workspace on environments (org, workspace, created_at);
create index environments_by_expiry on environments (state, expires_at);

create table environment_events (
    environment_id uuid not null references environments (id) on delete cascade,
    happened_at timestamp(6) with time zone not null,
    message varchar(2048) not null
);
create index environment_events_by_environment on environment_events (environment_id, happened_at);

create table executions (
    id uuid primary key,
    environment_id uuid not null references environments (id) on delete cascade,
    command varchar(1048576) not null,
    requested_by varchar(1024) not null,
    state varchar(20) not null,
    streams varchar(10) not null,
    timeout_sec integer not null,
    queued_at timestamp(6) with time zone not null,
    started_at timestamp(6) with time zone,
    ended_at timestamp(6) with time zone,
    exit_code integer,
    signal integer,
    timed_out boolean not null,
    oom_killed boolean not null,
    truncated boolean not null,
    output_bytes bigint not null,
    duration_ms bigint,
    cpu_ms bigint,
    peak_memory_bytes bigint,
    reason varchar(1024),
    output ${bytes},
    stdout ${bytes},
    stderr ${bytes}
);
create index executions_by_environment on executions (environment_id, queued_at);
create index executions_by_state on executions (state);
