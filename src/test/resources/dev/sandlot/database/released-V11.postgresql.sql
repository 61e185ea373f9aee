SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.environment_events (
    environment_id uuid NOT NULL,
    happened_at timestamp(6) with time zone NOT NULL,
    message character varying(2048) NOT NULL
);
CREATE TABLE public.environments (
    id uuid NOT NULL,
    org character varying(63) NOT NULL,
    workspace character varying(63) NOT NULL,
    task_ref character varying(400) NOT NULL,
    state character varying(20) NOT NULL,
    created_at timestamp(6) with time zone NOT NULL,
    expires_at timestamp(6) with time zone NOT NULL,
    ended_at timestamp(6) with time zone,
    instruction character varying(1048576),
    verification character varying(1048576),
    project_id character varying(1024),
    error character varying(1024),
    token_hash character varying(64) NOT NULL,
    command_env character varying(1048576) NOT NULL,
    command_user character varying(256),
    created_by character varying(1024) NOT NULL,
    secret_ids character varying(1048576) DEFAULT '[]'::character varying NOT NULL,
    teardown character varying(1048576),
    teardown_sec integer,
    image character varying(200),
    services character varying(1048576),
    memory_bytes bigint DEFAULT 536870912 NOT NULL
);
CREATE TABLE public.executions (
    id uuid NOT NULL,
    environment_id uuid NOT NULL,
    command character varying(1048576) NOT NULL,
    requested_by character varying(1024) NOT NULL,
    state character varying(20) NOT NULL,
    streams character varying(10) NOT NULL,
    timeout_sec integer NOT NULL,
    queued_at timestamp(6) with time zone NOT NULL,
    started_at timestamp(6) with time zone,
    ended_at timestamp(6) with time zone,
    exit_code integer,
    signal integer,
    timed_out boolean NOT NULL,
    oom_killed boolean NOT NULL,
    truncated boolean NOT NULL,
    output_bytes bigint NOT NULL,
    duration_ms bigint,
    cpu_ms bigint,
    peak_memory_bytes bigint,
    reason character varying(1024),
    output bytea,
    stdout bytea,
    stderr bytea,
    output_gone boolean DEFAULT false NOT NULL,
    stdout_bytes bigint,
    stderr_bytes bigint
);
CREATE TABLE public.flyway_schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
CREATE TABLE public.idempotency_keys (
    key_hash character varying(64) NOT NULL,
    request_hash character varying(64) NOT NULL,
    subject_id uuid NOT NULL,
    sealed character varying(400),
    created_at timestamp(6) with time zone NOT NULL
);
CREATE TABLE public.task_definitions (
    org character varying(63) NOT NULL,
    name character varying(128) NOT NULL,
    version character varying(40) NOT NULL,
    definition character varying(1048576) NOT NULL
);
CREATE TABLE public.task_quotas (
    org character varying(63) NOT NULL,
    versions integer NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE public.task_versions (
    org character varying(63) NOT NULL,
    name character varying(128) NOT NULL,
    version character varying(40) NOT NULL,
    created_at timestamp(6) with time zone NOT NULL,
    created_by character varying(1024) NOT NULL,
    ordinal character varying(29),
    is_public boolean DEFAULT false NOT NULL,
    sha256 character varying(64),
    size_bytes bigint DEFAULT 0 NOT NULL,
    image character varying(1024),
    description character varying(4096),
    difficulty character varying(10),
    tags character varying(8192),
    author character varying(256),
    license character varying(256),
    repository character varying(1024),
    source character varying(1024),
    searchable character varying(4096)
);
CREATE TABLE public.workspaces (
    org character varying(63) NOT NULL,
    workspace character varying(63) NOT NULL
);
INSERT INTO public.environment_events VALUES ('11111111-1111-4111-8111-111111111111', '2026-11-20 10:00:00.2+00', 'ready');
INSERT INTO public.environments VALUES ('11111111-1111-4111-8111-111111111111', 'acme', 'main', 'shell@1.0.0', 'ready', '2026-11-20 10:00:00.123456+00', '2036-11-20 11:00:00+00', NULL, 'Do "it" — ümlauts 🙂', '{"kind":"script"}', 'project', NULL, '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '{"A":"b"}', 'app:1000', 'tester', '["key"]', NULL, NULL, 'sha256:0', '[]', 536870912);
INSERT INTO public.environments VALUES ('22222222-2222-4222-8222-222222222222', 'acme', 'main', 'shell@1.0.0', 'failed', '2026-11-19 10:00:00+00', '2026-11-19 11:00:00+00', '2026-11-19 10:05:00+00', NULL, NULL, NULL, 'The environment died under the command', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '{}', NULL, 'tester', '[]', 'rm -rf /workspace', 9, NULL, NULL, 536870912);
INSERT INTO public.executions VALUES ('0193aaaa-0000-7000-8000-000000000001', '11111111-1111-4111-8111-111111111111', 'printf hi', 'tester', 'exited', 'merged', 30, '2026-11-20 10:01:00+00', '2026-11-20 10:01:00.001+00', '2026-11-20 10:01:00.003+00', 0, NULL, false, false, false, 2, 2, 1, 1048576, NULL, '\x6869', NULL, NULL, false, NULL, NULL);
INSERT INTO public.executions VALUES ('0193aaaa-0000-7000-8000-000000000002', '11111111-1111-4111-8111-111111111111', 'sleep 60', 'tester', 'timed_out', 'split', 1, '2026-11-20 10:02:00+00', '2026-11-20 10:02:00.001+00', '2026-11-20 10:02:01+00', 137, 9, true, false, true, 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 60, 40);
INSERT INTO public.executions VALUES ('0193aaaa-0000-7000-8000-000000000003', '11111111-1111-4111-8111-111111111111', 'true', 'tester', 'queued', 'merged', 30, '2026-11-20 10:03:00+00', NULL, NULL, NULL, NULL, false, false, false, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL);
INSERT INTO public.flyway_schema_history VALUES (1, '1', 'environments and executions', 'SQL', 'V1__environments_and_executions.sql', 505106586, 'postgres', '2026-11-27 23:47:17.947284', 930, true);
INSERT INTO public.flyway_schema_history VALUES (2, '2', 'idempotency keys and task versions', 'SQL', 'V2__idempotency_keys_and_task_versions.sql', 380288378, 'postgres', '2026-11-27 23:47:19.339363', 325, true);
INSERT INTO public.flyway_schema_history VALUES (3, '3', 'secrets and teardown', 'SQL', 'V3__secrets_and_teardown.sql', -1675539764, 'postgres', '2026-11-27 23:47:19.875099', 29, true);
INSERT INTO public.flyway_schema_history VALUES (4, '4', 'images', 'SQL', 'V4__images.sql', -1177769378, 'postgres', '2026-11-27 23:47:20.045413', 1, true);
INSERT INTO public.flyway_schema_history VALUES (5, '5', 'services', 'SQL', 'V5__services.sql', 1096565345, 'postgres', '2026-11-27 23:47:20.077315', 128, true);
INSERT INTO public.flyway_schema_history VALUES (6, '7', 'published tasks', 'SQL', 'V7__published_tasks.sql', -379780674, 'postgres', '2026-11-27 23:47:20.242931', 286, true);
INSERT INTO public.flyway_schema_history VALUES (7, '9', 'memory', 'SQL', 'V9__memory.sql', 184547, 'postgres', '2026-11-27 23:47:20.622113', 6, true);
INSERT INTO public.flyway_schema_history VALUES (8, '11', 'kept bytes', 'SQL', 'V11__kept_bytes.sql', -1617388143, 'postgres', '2026-11-27 23:47:20.714247', 7, true);
INSERT INTO public.idempotency_keys VALUES ('a3', 'b4', '0193aaaa-0000-7000-8000-000000000001', NULL, '2026-11-20 10:01:00+00');
INSERT INTO public.task_definitions VALUES ('acme', 'build', '1.2.0', '{"instruction":"x","verification":{}}');
INSERT INTO public.task_quotas VALUES ('acme', 1, 38);
INSERT INTO public.task_versions VALUES ('acme', 'build', '1.2.0', '2026-11-18 09:00:00+00', 'tester', '000000001.000000002.000000000', true, 'c5', 38, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'build');
INSERT INTO public.workspaces VALUES ('acme', 'main');
ALTER TABLE ONLY public.environments
    ADD CONSTRAINT environments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.flyway_schema_history
    ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key_hash);
ALTER TABLE ONLY public.task_definitions
    ADD CONSTRAINT task_definitions_pkey PRIMARY KEY (org, name, version);
ALTER TABLE ONLY public.task_quotas
    ADD CONSTRAINT task_quotas_pkey PRIMARY KEY (org);
ALTER TABLE ONLY public.task_versions
    ADD CONSTRAINT task_versions_pkey PRIMARY KEY (org, name, version);
ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (org, workspace);
CREATE INDEX environment_events_by_environment ON public.environment_events USING btree (environment_id, happened_at);
CREATE INDEX environments_by_creation ON public.environments USING btree (created_at);
CREATE INDEX environments_by_end ON public.environments USING btree (ended_at);
CREATE INDEX environments_by_expiry ON public.environments USING btree (state, expires_at);
CREATE INDEX environments_by_workspace ON public.environments USING btree (org, workspace, created_at);
CREATE INDEX executions_by_environment ON public.executions USING btree (environment_id, queued_at);
CREATE INDEX executions_by_state ON public.executions USING btree (state);
CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX idempotency_keys_by_subject ON public.idempotency_keys USING btree (subject_id);
CREATE INDEX task_versions_by_order ON public.task_versions USING btree (org, name, ordinal);
CREATE INDEX task_versions_by_publicity ON public.task_versions USING btree (is_public, org, name, ordinal);
ALTER TABLE ONLY public.environment_events
    ADD CONSTRAINT environment_events_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.executions
    ADD CONSTRAINT executions_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES public.environments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.task_definitions
    ADD CONSTRAINT task_definitions_org_name_version_fkey FOREIGN KEY (org, name, version) REFERENCES public.task_versions(org, name, version) ON DELETE CASCADE;
