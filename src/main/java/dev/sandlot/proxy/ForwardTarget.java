package dev.sandlot.proxy;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;

/** The service that a request is forwarded to, and what it is asked for. */
record ForwardTarget(SandboxId sandbox, TaskService service, ServiceAddress address) {}
