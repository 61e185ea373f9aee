package dev.sandlot.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run.
 *
 * @param command shell text without NUL, run as {@code sh -c}
 * @param timeout from its start; past it the whole process tree is killed
 * @param env variables beside the sandbox's own
 * @param user user[:group], names of the image's or numbers; empty: root
 * @param cwd absolute; empty: the sandbox's workdir
 * @param split standard output and standard error through two pipes, told apart; else one pipe keeps their order
 * @param stdin the bytes of its standard input; empty: it is at its end
 * @param whole when its process ends, what that has left of its tree is killed; else it lives on in the background
 */
public record ExecSpec(
        ExecId id,
        String command,
        Duration timeout,
        Map<String, String> env,
        Optional<String> user,
        Optional<String> cwd,
        boolean split,
        Optional<String> stdin,
        boolean whole) {
    public ExecSpec {
        env = Map.copyOf(env);
        if (command.isEmpty() || command.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command has at least one character and no NUL");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
    }

    /** A command of root's in the sandbox's workdir, with one pipe and nothing to read. */
    public static ExecSpec of(ExecId id, String command, Duration timeout) {
        return new ExecSpec(
                id, command, timeout, Map.of(), Optional.empty(), Optional.empty(), false, Optional.empty(), false);
    }

    public ExecSpec withEnv(Map<String, String> variables) {
        return new ExecSpec(id, command, timeout, variables, user, cwd, split, stdin, whole);
    }

    public ExecSpec withUser(Optional<String> name) {
        return new ExecSpec(id, command, timeout, env, name, cwd, split, stdin, whole);
    }

    public ExecSpec withCwd(Optional<String> folder) {
        return new ExecSpec(id, command, timeout, env, user, folder, split, stdin, whole);
    }

    public ExecSpec withSplit(boolean apart) {
        return new ExecSpec(id, command, timeout, env, user, cwd, apart, stdin, whole);
    }

    public ExecSpec withStdin(Optional<String> input) {
        return new ExecSpec(id, command, timeout, env, user, cwd, split, input, whole);
    }

    public ExecSpec withWhole(boolean alone) {
        return new ExecSpec(id, command, timeout, env, user, cwd, split, stdin, alone);
    }
}
