package dev.sandlot.execution;

import dev.sandlot.admission.ExecutionPermits;
import dev.sandlot.admission.WorkGate;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.Secrets;
import dev.sandlot.errors.Faults;
import dev.sandlot.log.Request;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.output.OutputStore;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.ExecSpec.Surroundings;
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
        Request.isAboutExecution(id);
        requireTimeFor(wanted, now);
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

    /** Who waits for one answer may ask for more than is left; the environment's end is the command's. */
    private static void requireTimeFor(WantedExecution wanted, Instant now) {
        int timeout = wanted.request().timeoutSeconds();
        long left = Duration.between(now, wanted.environment().lifetime().expiresAt())
                .toSeconds();
        if (timeout > ExecuteRequest.TIMEOUT_MAX && timeout > left) {
            Faults faults = new Faults();
            faults.badValue("Must be at most " + left + ", what is left of the environment", "body", "timeout_sec");
            faults.throwIfAny();
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
                null,
                wanted.origin());
        Surroundings asked = request.surroundings();
        Map<String, String> env = secrets.commandVariables(environment);
        env.putAll(asked.env());
        Optional<String> user =
                asked.user().or(() -> Optional.ofNullable(environment.commands().user()));
        ExecSpec spec = ExecSpec.of(new ExecId(id), request.command(), Duration.ofSeconds(request.timeoutSeconds()))
                .withIdle(request.idle())
                .in(new Surroundings(env, user, asked.cwd(), asked.shell()))
                .through(request.pipes());
        LiveOutput output = outputs.begin(environment.tenant(), id, request.split());
        return new RunningExecution(record, environment.sandbox(), spec, output, permit, Request.current());
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
        Request request = Request.resumed(record.environmentId(), record.id());
        return new RunningExecution(record, sandbox, spec, output, permit, request);
    }
}
