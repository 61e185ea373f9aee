package dev.sandlot.execution;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The body of an execute.
 *
 * @param split standard output and standard error are kept apart as well
 * @param timeoutIsResult a timeout is answered as a result (124), not as an error; empty: as is usual for its client
 */
public record ExecuteRequest(
        String command,
        int timeoutSeconds,
        Optional<String> stdin,
        Optional<String> cwd,
        Map<String, String> env,
        boolean split,
        Optional<Boolean> timeoutIsResult) {
    static final int TIMEOUT_MAX = 600;

    private static final int TIMEOUT_DEFAULT = 30;
    private static final int COMMAND_MAX = 1 << 20;
    private static final int STDIN_MAX = 1 << 20;
    private static final int CWD_MAX = 4095;
    private static final int ENV_MAX = 256;
    /** A variable takes 128 KiB at most, its name and its end included (MAX_ARG_STRLEN, execve(2)). */
    private static final int VARIABLE_MAX = 128 * 1024 - 2;

    private static final int ENV_BYTES_MAX = 1 << 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Collects what is wrong; the caller throws it together with faults of its own. */
    public static ExecuteRequest read(JsonBody body, Faults faults) {
        String command = body.requiredString("command");
        checkText("command", command, COMMAND_MAX, faults);
        int timeout = (int) body.integer("timeout_sec", 1, TIMEOUT_MAX, TIMEOUT_DEFAULT);
        Optional<String> stdin = body.string("stdin");
        stdin.ifPresent(text -> checkSize("stdin", text, STDIN_MAX, faults));
        Optional<String> cwd = body.string("cwd");
        cwd.ifPresent(path -> checkFolder(path, faults));
        Map<String, String> env = body.strings("env");
        checkVariables(env, faults);
        boolean split = choice(body, "streams", "merged", "split", faults).orElse(false);
        Optional<Boolean> timeoutIsResult = choice(body, "on_timeout", "error", "result", faults);
        return new ExecuteRequest(command, timeout, stdin, cwd, env, split, timeoutIsResult);
    }

    private static void checkText(String name, String text, int most, Faults faults) {
        if (text.indexOf('\0') >= 0) {
            faults.badValue("Must not contain a NUL character", "body", name);
        }
        checkSize(name, text, most, faults);
    }

    private static void checkSize(String name, String text, int most, Faults faults) {
        if (utf8Length(text) > most) {
            faults.badValue("Must be at most " + most + " bytes", "body", name);
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void checkFolder(String path, Faults faults) {
        if (!path.startsWith("/")) {
            faults.badValue("Must be an absolute path", "body", "cwd");
        }
        checkText("cwd", path, CWD_MAX, faults);
    }

    private static void checkVariables(Map<String, String> env, Faults faults) {
        int bytes = 0;
        for (Map.Entry<String, String> variable : env.entrySet()) {
            int size = utf8Length(variable.getKey()) + utf8Length(variable.getValue());
            bytes += size;
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                faults.badValue("Must be named with letters, digits and _", "body", "env", variable.getKey());
            }
            if (variable.getValue().indexOf('\0') >= 0 || size > VARIABLE_MAX) {
                faults.badValue("Must be at most 128 KiB without a NUL character", "body", "env", variable.getKey());
            }
        }
        if (env.size() > ENV_MAX || bytes > ENV_BYTES_MAX) {
            faults.badValue("Must be at most " + ENV_MAX + " variables and 1 MiB", "body", "env");
        }
    }

    /** Whether it is the other word; empty where neither is there. */
    private static Optional<Boolean> choice(JsonBody body, String name, String usual, String other, Faults faults) {
        Optional<String> word = body.string(name);
        if (word.isPresent() && !Set.of(usual, other).contains(word.get())) {
            faults.badValue("Must be " + usual + " or " + other, "body", name);
        }
        return word.map(other::equals);
    }
}
