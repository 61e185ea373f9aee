package dev.sandlot.execution;

import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Caller;
import dev.sandlot.environment.Environment;

/** What a caller wants to run, and where; and from where they ask for it. */
public record WantedExecution(Caller caller, Environment environment, ExecuteRequest request, Origin origin) {}
