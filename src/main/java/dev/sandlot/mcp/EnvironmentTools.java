package dev.sandlot.mcp;

import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentList;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.ProvisionIntake;
import dev.sandlot.environment.ProvisionRequest;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.http.Json;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.Paging;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** To make environments, to list them, and to end them. */
@Singleton
class EnvironmentTools {
    private static final String TASK = "task_ref";
    /** The one that comes along with the server. */
    private static final String USUAL_TASK = "shell";

    private static final int PAGE_MAX = 1_000_000;
    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 50;
    private static final int STATES_MAX = 20;

    private final ProvisionIntake intake;
    private final Environments environments;
    private final LongAnswers longAnswers;
    private final Clock clock;

    @Inject
    EnvironmentTools(ProvisionIntake intake, Environments environments, LongAnswers longAnswers, Clock clock) {
        this.intake = intake;
        this.environments = environments;
        this.longAnswers = longAnswers;
        this.clock = clock;
    }

    List<SandboxTool> tools() {
        return List.of(create(), list(), stop());
    }

    private SandboxTool create() {
        return new SandboxTool(
                "create",
                "Makes a sandbox, an environment of its own for commands and files, and waits until it is ready. Keep the"
                        + " id and the execute_token of the answer.",
                "provisionEnvironment",
                Role.ENVIRONMENTS_WRITE,
                false,
                List.of(
                        Parameter.text(TASK, "[org/]name[@version] of a task; \"" + USUAL_TASK + "\" when absent"),
                        Parameter.named("inputs", "Values for the placeholders of the task's instruction"),
                        Parameter.number(
                                "timeout_sec", 1, Integer.MAX_VALUE, "How long it lives; an hour when absent")),
                this::create);
    }

    private CompletionStage<String> create(ToolCall call) {
        JsonBody body =
                call.arguments().has(TASK) ? call.arguments() : call.arguments().with(TASK, USUAL_TASK);
        Optional<ProvisionRequest> read = intake.read(body, call.workspace(), call.faults());
        call.faults().throwIfAny();
        return intake.provision(call.caller(), call.workspace(), read.orElseThrow(), call.base(), Optional.empty())
                .thenApply(made -> {
                    call.hasMade(made.id());
                    return Json.write(made);
                });
    }

    private SandboxTool list() {
        return new SandboxTool(
                "list",
                "Lists the environments of this workspace, newest first.",
                "listEnvironments",
                Role.ENVIRONMENTS_READ,
                true,
                List.of(
                        Parameter.texts("state", "Only those in these states, such as ready"),
                        Parameter.number("page", 1, PAGE_MAX, "From 1"),
                        Parameter.number("limit", 1, LIMIT_MAX, "How many a page; " + LIMIT + " when absent")),
                this::list);
    }

    private CompletionStage<String> list(ToolCall call) {
        JsonBody body = call.arguments();
        Set<EnvironmentState> states = EnvironmentState.read(body.stringList("state", STATES_MAX), call.faults());
        Paging paging = new Paging(
                (int) body.integer("page", 1, PAGE_MAX, 1), (int) body.integer("limit", 1, LIMIT_MAX, LIMIT));
        call.faults().throwIfAny();
        return longAnswers.text(
                call.workspace(),
                () -> EnvironmentList.of(
                        environments.list(call.workspace(), states, paging), paging, clock.instant(), call.base()));
    }

    private SandboxTool stop() {
        return new SandboxTool(
                "stop",
                "Ends an environment with all that runs in it and all its files.",
                "deleteEnvironment",
                Role.ENVIRONMENTS_WRITE,
                false,
                List.of(Parameter.ENVIRONMENT),
                this::stop);
    }

    private CompletionStage<String> stop(ToolCall call) {
        UUID id = call.environment();
        call.faults().throwIfAny();
        environments.tearDown(environments.require(call.workspace(), id).id());
        return CompletableFuture.completedFuture(Json.write(Map.of("id", id.toString(), "state", "torn_down")));
    }
}
