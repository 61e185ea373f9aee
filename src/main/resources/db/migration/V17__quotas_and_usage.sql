-- What single tenants may have, as the operator's calls say. Without a workspace ('') it is an organization's.
create table quotas (
    org varchar(63) not null,
    workspace varchar(63) not null,
    allowance varchar(40) not null,
    most bigint not null,
    primary key (org, workspace, allowance)
);

-- What the executions of a workspace have used, by the day (UTC) on which they ended.
create table usage_days (
    org varchar(63) not null,
    workspace varchar(63) not null,
    used_on date not null,
    executions bigint not null,
    cpu_ms bigint not null,
    output_bytes bigint not null,
    primary key (org, workspace, used_on)
);

-- Requests of a workspace by day: somebody else writes them.
create table request_days (
    org varchar(63) not null,
    workspace varchar(63) not null,
    used_on date not null,
    requests bigint not null,
    primary key (org, workspace, used_on)
);
