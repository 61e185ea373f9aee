package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.task.TaskDefinition;
import java.net.URI;

/**
 * What a caller wants to be made, and where.
 *
 * @param base the server as its clients see it
 */
record WantedEnvironment(
        Caller caller, WorkspaceId workspace, TaskDefinition task, ProvisionRequest request, URI base) {}
