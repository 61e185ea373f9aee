package dev.sandlot.execution;

import dev.sandlot.admission.ExecutionPermits;
import dev.sandlot.admission.WorkGate;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.Secrets;
import dev.sandlot.log.RequestId;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.output.OutputStore;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.SandboxId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes of what a caller wants an execution that may begin, with its places, its variables and room for its output. */
@Singleton
class ExecutionPlanner {
    private final ExecutionPermits permits;
    private final Secrets secrets;
    private final OutputStore outputs;
    private final KeptBytes kept;
    private final Environments environments;
    private final WorkGate gate;
    private final Clock clock;

    @Inject
    ExecutionPlanner(
            ExecutionPermits permits,
            Secrets secrets,
            OutputStore outputs,
            KeptBytes kept,
            Environments environments,
            WorkGate gate,
            Clock clock) {
        this.permits = permits;
        this.environments = environments;
        this.secrets = secrets;
        this.outputs = outputs;
        this.kept = kept;
        this.gate = gate;
        this.clock = clock;
    }

    /** Throws CONFLICT, or RATE_LIMITED when no execution with a key may begin in an environment now. */
    void requireRoomForKey(Environment environment) {
        Instant now = clock.instant();
        environment.requireReady(now);
        kept.find(environment.id()).ifPresent(account -> account.requireRoomForKey(now));
    }

    /** Throws CONFLICT or RATE_LIMITED when it may not begin now. Whoever gets it sees to its end. */
    RunningExecution plan(WantedExecution wanted, UUID id) {
        Environment environment = wanted.environment();
        Instant now = clock.instant();
        environment.requireReady(now);
        gate.requireOpen();
        Share permit = permits.take(environment.workspace(), environment.id());
        RunningExecution execution = null;
        try {
            execution = describe(wanted, id, now, permit);
            return execution;
        } finally {
            if (execution == null) {
                permit.close();
            }
        }
    }

    private RunningExecution describe(WantedExecution wanted, UUID id, Instant now, Share permit) {
        Environment environment = wanted.environment();
        ExecuteRequest request = wanted.request();
        Execution record = new Execution(
                        id,
                        environment.id(),
                        request.command(),
                        wanted.caller().subject(),
                        request.split(),
                        request.timeoutSeconds(),
                        now,
                        null,
                        null)
                .from(wanted.origin());
        Map<String, String> env = secrets.commandVariables(environment);
        env.putAll(request.env());
        ExecSpec spec = ExecSpec.of(new ExecId(id), request.command(), Duration.ofSeconds(request.timeoutSeconds()))
                .withEnv(env)
                .withUser(Optional.ofNullable(environment.commands().user()))
                .withCwd(request.cwd())
                .withSplit(request.split())
                .withStdin(request.stdin());
        LiveOutput output = outputs.begin(environment.tenant(), id, request.split());
        return new RunningExecution(record, environment.sandbox(), spec, output, permit, RequestId.current());
    }

    /** An execution that an earlier server began: it goes on, and its places are taken. */
    RunningExecution resume(Execution record, SandboxId sandbox) {
        LiveOutput output;
        try {
            output = outputs.resume(record.environmentId(), record.id(), record.split());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        ExecSpec spec = ExecSpec.of(
                        new ExecId(record.id()), record.command(), Duration.ofSeconds(record.timeoutSeconds()))
                .withSplit(record.split());
        Share permit = environments
                .find(record.environmentId())
                .map(environment -> permits.adopt(environment.workspace(), environment.id()))
                .orElse(Share.NOTHING);
        return new RunningExecution(record, sandbox, spec, output, permit, null);
    }
}
