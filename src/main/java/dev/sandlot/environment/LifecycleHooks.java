package dev.sandlot.environment;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.SeedFile;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskScript;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The hooks that a task has in the life of an environment: files and a provision script before its first command, a
 * teardown script after its last. Files are written by its user where that one may; scripts run as root.
 */
@Singleton
class LifecycleHooks {
    private static final Duration FILE_TIMEOUT = Duration.ofSeconds(20);
    private static final String WRITE = "mkdir -p -- \"${SANDLOT_FILE%/*}/\" && cat > \"$SANDLOT_FILE\""
            + " && chmod -- \"$SANDLOT_MODE\" \"$SANDLOT_FILE\"";
    private static final int OUTPUT_SHOWN = 1000;

    private final SandboxBackend backend;
    private final EnvironmentRepository repository;
    private final Secrets secrets;
    private final Clock clock;

    @Inject
    LifecycleHooks(SandboxBackend backend, EnvironmentRepository repository, Secrets secrets, Clock clock) {
        this.backend = backend;
        this.repository = repository;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Whether there is anything to do before the first command. */
    static boolean isNeeded(Environment environment, TaskDefinition task) {
        return environment.resources().image() != null
                || !task.setup().files().isEmpty()
                || task.setup().provision().isPresent();
    }

    /** Puts the task's files in place and runs its provision script. */
    void prepare(Environment environment, TaskDefinition task) throws SandboxException, PreparationException {
        if (environment.resources().image() != null) {
            requireShell(environment.sandbox());
        }
        for (SeedFile file : task.setup().files()) {
            write(environment, file);
        }
        if (task.setup().provision().isPresent()) {
            Ran ran = run(environment, task.setup().provision().get());
            logEnd(environment, "provision", ran);
            if (!ran.succeeded()) {
                throw new PreparationException("The task's provision script " + ran.ending());
            }
        }
    }

    /** Commands are shell text; not every image of a registry has a shell. */
    private void requireShell(SandboxId sandbox) throws SandboxException, PreparationException {
        try {
            run(sandbox, spec(":", FILE_TIMEOUT));
        } catch (SandboxException notExecuted) {
            if (!notExecuted.neverRan()) {
                throw notExecuted;
            }
            throw new PreparationException("The image has no /bin/sh that runs here");
        }
    }

    /** Writes a file by the user of its commands, where that one may: what is put into his folders is his. */
    private void write(Environment environment, SeedFile file) throws SandboxException, PreparationException {
        Optional<String> user = Optional.ofNullable(environment.commands().user());
        boolean written = user.isPresent() && isWrittenBy(user, environment.sandbox(), file);
        if (!written && !isWrittenBy(Optional.empty(), environment.sandbox(), file)) {
            throw new PreparationException("The task's file " + file.path() + " can't be written");
        }
    }

    private boolean isWrittenBy(Optional<String> user, SandboxId sandbox, SeedFile file) throws SandboxException {
        Map<String, String> env = Map.of("SANDLOT_FILE", file.path(), "SANDLOT_MODE", file.mode());
        try {
            ExecSpec spec =
                    spec(WRITE, FILE_TIMEOUT).withEnv(env).withUser(user).withStdin(Optional.of(file.content()));
            return run(sandbox, spec).succeeded();
        } catch (SandboxException refused) {
            // It may be the provision script that makes the user.
            if (user.isEmpty() || !refused.neverRan()) {
                throw refused;
            }
            return false;
        }
    }

    /** Runs the teardown script, if there is one; what comes of it is in the environment's log alone. */
    void runTeardown(Environment environment) throws SandboxException {
        if (environment.teardown() != null) {
            logEnd(environment, "teardown", run(environment, environment.teardown()));
        }
    }

    private void logEnd(Environment environment, String name, Ran ran) {
        repository.addEvent(environment.id(), clock.instant(), name + " script " + ran.ending() + ran.indentedOutput());
    }

    private Ran run(Environment environment, TaskScript script) throws SandboxException {
        Map<String, String> env = secrets.commandVariables(environment);
        return run(environment.sandbox(), spec(script.text(), script.timeout()).withEnv(env));
    }

    private static ExecSpec spec(String command, Duration timeout) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, timeout);
    }

    private Ran run(SandboxId sandbox, ExecSpec spec) throws SandboxException {
        Tail tail = new Tail();
        ExecOutcome outcome = backend.execute(sandbox, spec, (stream, offset, bytes) -> tail.add(bytes))
                .outcome();
        backend.acknowledge(sandbox, spec.id());
        return new Ran(outcome, tail.text());
    }

    /** The end of a script, and the last that it printed. */
    private record Ran(ExecOutcome outcome, String output) {
        boolean succeeded() {
            return outcome.equals(new ExecOutcome.Exited(0));
        }

        String ending() {
            if (outcome instanceof ExecOutcome.Exited exited) {
                return "ended with exit code " + exited.exitCode();
            }
            return outcome instanceof ExecOutcome.TimedOut ? "ran past its timeout" : "was killed";
        }

        String indentedOutput() {
            return output.lines().map(line -> "\n    " + line).reduce("", String::concat);
        }
    }

    /** The last bytes of an output. */
    static final class Tail {
        private final ByteBuffer kept = ByteBuffer.allocate(OUTPUT_SHOWN);
        private boolean cut;

        void add(ByteBuffer bytes) {
            cut |= bytes.remaining() > kept.remaining();
            if (bytes.remaining() >= OUTPUT_SHOWN) {
                kept.clear();
                bytes.position(bytes.limit() - OUTPUT_SHOWN);
            } else if (bytes.remaining() > kept.remaining()) {
                kept.flip().position(bytes.remaining() - (OUTPUT_SHOWN - kept.limit()));
                kept.compact();
            }
            kept.put(bytes);
        }

        /** Begins with a mark where it does not begin with the output. */
        String text() {
            int from = 0;
            while (cut && from < kept.position() && isInsideOfCharacter(kept.get(from))) {
                from++;
            }
            String text = new String(kept.array(), from, kept.position() - from, StandardCharsets.UTF_8);
            return cut ? "…" + text : text;
        }

        private static boolean isInsideOfCharacter(byte one) {
            return (one & 0xc0) == 0x80;
        }
    }
}
