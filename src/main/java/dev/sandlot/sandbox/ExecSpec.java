package dev.sandlot.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A command to run.
 *
 * @param command shell text without NUL, run as {@code sh -c}
 * @param timeout from its start; past it the whole process tree is killed
 * @param whole when its process ends, what that has left of its tree is killed; else it lives on in the background
 * @param cancelled asked once {@link SandboxBackend#cancel} finds the command: when that was called before, it does not
 *     begin any more
 */
public record ExecSpec(
        ExecId id,
        String command,
        Duration timeout,
        Surroundings surroundings,
        Pipes pipes,
        boolean whole,
        BooleanSupplier cancelled) {
    public ExecSpec {
        if (command.isEmpty() || command.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command has at least one character and no NUL");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
    }

    /**
     * In what it starts.
     *
     * @param env variables beside the sandbox's own
     * @param user user[:group], names of the image's or numbers; empty: root
     * @param cwd absolute; empty: the sandbox's workdir
     */
    public record Surroundings(Map<String, String> env, Optional<String> user, Optional<String> cwd) {
        public Surroundings {
            env = Map.copyOf(env);
        }
    }

    /**
     * What it reads and where it prints.
     *
     * @param split standard output and standard error through two pipes, told apart; else one pipe keeps their order
     * @param stdin the bytes of its standard input; empty: it is at its end
     */
    public record Pipes(boolean split, Optional<String> stdin) {}

    /** A command of root's in the sandbox's workdir, with one pipe and nothing to read. */
    public static ExecSpec of(ExecId id, String command, Duration timeout) {
        return new ExecSpec(
                id,
                command,
                timeout,
                new Surroundings(Map.of(), Optional.empty(), Optional.empty()),
                new Pipes(false, Optional.empty()),
                false,
                ExecSpec::never);
    }

    private static boolean never() {
        return false;
    }

    public Map<String, String> env() {
        return surroundings.env();
    }

    public Optional<String> user() {
        return surroundings.user();
    }

    public Optional<String> cwd() {
        return surroundings.cwd();
    }

    public boolean split() {
        return pipes.split();
    }

    public Optional<String> stdin() {
        return pipes.stdin();
    }

    public ExecSpec withEnv(Map<String, String> variables) {
        return in(new Surroundings(variables, user(), cwd()));
    }

    public ExecSpec withUser(Optional<String> name) {
        return in(new Surroundings(env(), name, cwd()));
    }

    public ExecSpec withCwd(Optional<String> folder) {
        return in(new Surroundings(env(), user(), folder));
    }

    private ExecSpec in(Surroundings others) {
        return new ExecSpec(id, command, timeout, others, pipes, whole, cancelled);
    }

    public ExecSpec withSplit(boolean apart) {
        return through(new Pipes(apart, stdin()));
    }

    public ExecSpec withStdin(Optional<String> input) {
        return through(new Pipes(split(), input));
    }

    private ExecSpec through(Pipes others) {
        return new ExecSpec(id, command, timeout, surroundings, others, whole, cancelled);
    }

    public ExecSpec withWhole(boolean alone) {
        return new ExecSpec(id, command, timeout, surroundings, pipes, alone, cancelled);
    }

    public ExecSpec withCancelled(BooleanSupplier isCancelled) {
        return new ExecSpec(id, command, timeout, surroundings, pipes, whole, isCancelled);
    }

    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }
}
