-- Outputs make room for others: whether that of an execution has gone, and how much its streams had printed.
alter table executions add column output_gone boolean default false not null;
alter table executions add column stdout_bytes bigint;
alter table executions add column stderr_bytes bigint;
create index environments_by_creation on environments (created_at);
create index environments_by_end on environments (ended_at);
