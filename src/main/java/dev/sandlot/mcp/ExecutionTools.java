package dev.sandlot.mcp;

import dev.sandlot.answers.ExecutionViews;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.execution.ExecuteRequest;
import dev.sandlot.execution.ExecutionAdmission;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.execution.Executions;
import dev.sandlot.execution.WantedExecution;
import dev.sandlot.http.Json;
import dev.sandlot.log.Request;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** To run commands: one that is waited for, or one that is looked after from time to time. */
@Singleton
class ExecutionTools {
    private static final int TIMEOUT_MAX = 600;
    private static final int PATIENT_TIMEOUT_MAX = 4_000_000;
    private static final int WAIT_MAX = 50;

    private static final List<Parameter> COMMAND = List.of(
            Parameter.ENVIRONMENT,
            Parameter.TOKEN,
            Parameter.text("command", "Shell text, run as sh -c").must(),
            Parameter.text("stdin", "What it reads; nothing when absent"),
            Parameter.text("cwd", "Its working directory; the environment's when absent"),
            Parameter.text("user", "Name or id; the task's user when absent"),
            Parameter.named("env", "Variables beside the environment's own"));

    private final Environments environments;
    private final ExecutionAdmission admission;
    private final Executions executions;
    private final ExecutionViews views;
    private final Workers workers;

    @Inject
    ExecutionTools(
            Environments environments,
            ExecutionAdmission admission,
            Executions executions,
            ExecutionViews views,
            Workers workers) {
        this.environments = environments;
        this.admission = admission;
        this.executions = executions;
        this.views = views;
        this.workers = workers;
    }

    List<SandboxTool> tools() {
        return List.of(exec(), start(), poll(), kill());
    }

    private static List<Parameter> command(int timeoutMax, String absent) {
        List<Parameter> parameters = new ArrayList<>(COMMAND);
        parameters.add(Parameter.number(
                "timeout_sec",
                1,
                timeoutMax,
                "After so long it is killed with its whole tree; 30 when absent" + absent));
        return parameters;
    }

    private SandboxTool exec() {
        return new SandboxTool(
                "exec",
                "Runs a command in an environment, waits for its end and gives its exit_code and its output, cut in the"
                        + " middle where there is much. For what takes more than a minute use exec_start.",
                "execute",
                Role.ENVIRONMENTS_EXECUTE,
                false,
                command(TIMEOUT_MAX, "; then exit_code is 124"),
                this::exec);
    }

    private CompletionStage<String> exec(ToolCall call) {
        ExecutionProgress execution = begin(call, false);
        return Request.carry(execution.ended()).thenApply(end -> {
            // Throws what is no result.
            views.exitCode(end, true);
            return Json.write(CommandView.whole(execution, end));
        });
    }

    private SandboxTool start() {
        return new SandboxTool(
                "exec_start",
                "Begins a command and answers at once with its execution_id, for exec_poll and exec_kill.",
                "execute",
                Role.ENVIRONMENTS_EXECUTE,
                false,
                command(PATIENT_TIMEOUT_MAX, ""),
                call -> CompletableFuture.completedFuture(Json.write(CommandView.begun(begin(call, true)))));
    }

    private ExecutionProgress begin(ToolCall call, boolean lasting) {
        UUID id = call.environment();
        ExecuteToken token = call.token();
        ExecuteRequest request = ExecuteRequest.read(call.arguments(), lasting, call.faults());
        call.faults().throwIfAny();
        Environment environment = environments.require(call.workspace(), id, token);
        ExecutionProgress execution =
                admission.begin(new WantedExecution(call.caller(), environment, request, call.origin()), lasting);
        call.hasBegun(execution.record().id());
        return execution;
    }

    private SandboxTool poll() {
        return new SandboxTool(
                "exec_poll",
                "Tells of a command that exec_start has begun: its state, its exit_code when it has one, and what it has"
                        + " printed from offset on, a part of it at a time. Ask again with next_offset.",
                "getExecution",
                Role.ENVIRONMENTS_READ,
                true,
                List.of(
                        Parameter.ENVIRONMENT,
                        Parameter.EXECUTION,
                        Parameter.number("offset", 0, Long.MAX_VALUE, "Of the first byte wanted; 0 when absent"),
                        Parameter.number(
                                "wait_sec",
                                0,
                                WAIT_MAX,
                                "How long to wait for its end; it is not waited for when absent")),
                this::poll);
    }

    private CompletionStage<String> poll(ToolCall call) {
        UUID id = call.environment();
        UUID executionId = call.execution();
        long offset = call.arguments().integer("offset", 0, Long.MAX_VALUE, 0);
        long wait = call.arguments().integer("wait_sec", 0, WAIT_MAX, 0);
        call.faults().throwIfAny();
        ExecutionProgress execution = executions.progress(environments.require(call.workspace(), id), executionId);
        return execution
                .ended()
                .handle((end, failure) -> true)
                .completeOnTimeout(false, wait, TimeUnit.SECONDS)
                .thenApplyAsync(
                        ended -> Json.write(CommandView.from(execution, offset)), Exchange.afterReturn(workers));
    }

    private SandboxTool kill() {
        return new SandboxTool(
                "exec_kill",
                "Kills a running command with its whole tree.",
                "killExecution",
                Role.ENVIRONMENTS_EXECUTE,
                false,
                List.of(Parameter.ENVIRONMENT, Parameter.TOKEN, Parameter.EXECUTION),
                this::kill);
    }

    private CompletionStage<String> kill(ToolCall call) {
        UUID id = call.environment();
        UUID executionId = call.execution();
        ExecuteToken token = call.token();
        call.faults().throwIfAny();
        Environment environment = environments.require(call.workspace(), id, token);
        return executions.cancel(executions.require(environment, executionId)).thenApply(execution -> {
            if (!execution.state().isTerminal()) {
                throw new ApiException(ErrorType.GATEWAY_TIMEOUT, "The command could not be killed in time");
            }
            return Json.write(CommandView.ended(execution));
        });
    }
}
