package dev.sandlot.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A command to run.
 *
 * @param command shell text without NUL, run as {@code sh -c}
 * @param timeout from its start; past it the whole process tree is killed
 * @param idle past so long a time without output it is killed too; zero: never
 * @param whole when its process ends, what that has left of its tree is killed; else it lives on in the background
 * @param cancelled asked once {@link SandboxBackend#cancel} finds the command: when that was called before, it does not
 *     begin any more
 */
public record ExecSpec(
        ExecId id,
        String command,
        Duration timeout,
        Duration idle,
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
     * @param cwd absolute, or below the sandbox's workdir; empty: that one
     * @param shell absolute; empty: {@code /bin/sh}
     */
    public record Surroundings(
            Map<String, String> env, Optional<String> user, Optional<String> cwd, Optional<String> shell) {
        /** Root's, in the sandbox's workdir, with the usual shell. */
        public static final Surroundings USUAL =
                new Surroundings(Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

        public Surroundings {
            env = Map.copyOf(env);
        }
    }

    /**
     * What it reads and where it prints.
     *
     * @param split standard output and standard error through two pipes, told apart; else one pipe keeps their order
     * @param stdin the bytes of its standard input; empty: it is at its end
     * @param open its standard input is a pipe into which {@link SandboxBackend#write} writes, in place of those bytes
     */
    public record Pipes(boolean split, Optional<ByteBuffer> stdin, boolean open) {}

    /** A command of root's in the sandbox's workdir, with one pipe and nothing to read. */
    public static ExecSpec of(ExecId id, String command, Duration timeout) {
        return new ExecSpec(
                id,
                command,
                timeout,
                Duration.ZERO,
                Surroundings.USUAL,
                new Pipes(false, Optional.empty(), false),
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

    public Optional<String> shell() {
        return surroundings.shell();
    }

    public Optional<ByteBuffer> stdin() {
        return pipes.stdin();
    }

    public ExecSpec withEnv(Map<String, String> variables) {
        return in(new Surroundings(variables, user(), cwd(), shell()));
    }

    public ExecSpec withUser(Optional<String> name) {
        return in(new Surroundings(env(), name, cwd(), shell()));
    }

    public ExecSpec withCwd(Optional<String> folder) {
        return in(new Surroundings(env(), user(), folder, shell()));
    }

    public ExecSpec in(Surroundings others) {
        return new ExecSpec(id, command, timeout, idle, others, pipes, whole, cancelled);
    }

    public ExecSpec withIdle(Duration silence) {
        return new ExecSpec(id, command, timeout, silence, surroundings, pipes, whole, cancelled);
    }

    public ExecSpec withSplit(boolean apart) {
        return through(new Pipes(apart, stdin(), pipes.open()));
    }

    public ExecSpec withStdin(Optional<String> input) {
        return through(new Pipes(split(), input.map(StandardCharsets.UTF_8::encode), false));
    }

    public ExecSpec through(Pipes others) {
        return new ExecSpec(id, command, timeout, idle, surroundings, others, whole, cancelled);
    }

    public ExecSpec withWhole(boolean alone) {
        return new ExecSpec(id, command, timeout, idle, surroundings, pipes, alone, cancelled);
    }

    public ExecSpec withCancelled(BooleanSupplier isCancelled) {
        return new ExecSpec(id, command, timeout, idle, surroundings, pipes, whole, isCancelled);
    }

    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }
}
