package dev.sandlot.execution;

import dev.sandlot.auth.Caller;
import dev.sandlot.environment.Environment;

/** What a caller wants to run, and where. */
public record WantedExecution(Caller caller, Environment environment, ExecuteRequest request) {}
