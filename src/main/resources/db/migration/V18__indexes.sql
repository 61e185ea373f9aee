-- Each new environment counts what lives in its workspace, and not what has ended.
create index environments_by_state on environments (org, workspace, state);
-- The log of an environment tells of what has ended last.
create index executions_by_end on executions (environment_id, ended_at);
