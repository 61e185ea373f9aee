package dev.sandlot.execution;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.sandbox.ExecSpec.Pipes;
import dev.sandlot.sandbox.ExecSpec.Surroundings;
import dev.sandlot.sandbox.SandboxUser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The body of an execute.
 *
 * @param idle it is killed when it has printed nothing for so long; zero: it is not
 * @param surroundings as they were asked for; what is not there is the environment's
 * @param pipes split: standard output and standard error are kept apart as well
 * @param timeoutIsResult a timeout is answered as a result (124), not as an error; empty: as is usual for its client
 */
public record ExecuteRequest(
        String command,
        int timeoutSeconds,
        Duration idle,
        Surroundings surroundings,
        Pipes pipes,
        Optional<Boolean> timeoutIsResult) {
    /** Who waits for one answer waits no longer. */
    static final int TIMEOUT_MAX = 600;

    /** The keeper counts milliseconds of 32 bits. */
    private static final int PATIENT_TIMEOUT_MAX = 4_000_000;

    private static final int TIMEOUT_DEFAULT = 30;
    private static final int TEXT_MAX = 2 << 20;
    private static final int PATH_MAX = 4095;
    private static final int ENV_MAX = 256;
    /** A variable takes 128 KiB at most, its name and its end included (MAX_ARG_STRLEN, execve(2)). */
    private static final int VARIABLE_MAX = 128 * 1024 - 2;

    private static final int ENV_BYTES_MAX = 1 << 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** A decoder that takes lines passes over what is none of its characters. */
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\r\\n]*+={0,2}[\\r\\n]*+");

    /**
     * Collects what is wrong; the caller throws it together with faults of its own.
     *
     * @param patient its client does not wait for one answer: the command may take as long as the environment lives
     */
    public static ExecuteRequest read(JsonBody body, boolean patient, Faults faults) {
        String command = command(body, faults);
        int timeout =
                (int) body.integer("timeout_sec", 1, patient ? PATIENT_TIMEOUT_MAX : TIMEOUT_MAX, TIMEOUT_DEFAULT);
        Duration idle = Duration.ofSeconds(body.integer("idle_timeout_sec", 1, PATIENT_TIMEOUT_MAX, 0));
        Map<String, String> env = body.strings("env");
        checkVariables(env, faults);
        Surroundings surroundings =
                new Surroundings(env, user(body, faults), path(body, "cwd", faults), shell(body, faults));
        Optional<ByteBuffer> input = input(body, faults);
        boolean open = body.flag("stdin_open");
        if (open && input.isPresent()) {
            faults.badValue("Send all of it to the execution's /stdin, or none", "body", "stdin_open");
        }
        boolean split = choice(body, "streams", "merged", "split", faults).orElse(false);
        Optional<Boolean> timeoutIsResult = choice(body, "on_timeout", "error", "result", faults);
        return new ExecuteRequest(command, timeout, idle, surroundings, new Pipes(split, input, open), timeoutIsResult);
    }

    boolean split() {
        return pipes.split();
    }

    private static String command(JsonBody body, Faults faults) {
        if (!body.has("argv")) {
            String command = body.requiredString("command");
            checkText("command", command, TEXT_MAX, faults);
            return command;
        }
        if (body.has("command")) {
            faults.badValue("Must not be there beside command", "body", "argv");
        }
        String command = ArgumentList.read(body, faults);
        checkText("argv", command, TEXT_MAX, faults);
        return command;
    }

    private static Optional<ByteBuffer> input(JsonBody body, Faults faults) {
        Optional<String> text = body.string("stdin");
        Optional<String> encoded = body.string("stdin_base64");
        if (text.isPresent() && encoded.isPresent()) {
            faults.badValue("Must not be there beside stdin", "body", "stdin_base64");
        }
        text.ifPresent(input -> checkSize("stdin", input, TEXT_MAX, faults));
        return encoded.flatMap(input -> decode(input, faults))
                .or(() -> text.map(ExecuteRequest::utf8).map(ByteBuffer::wrap));
    }

    private static Optional<ByteBuffer> decode(String encoded, Faults faults) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(encoded);
            if (bytes.length <= TEXT_MAX && BASE64.matcher(encoded).matches()) {
                return Optional.of(ByteBuffer.wrap(bytes));
            }
        } catch (IllegalArgumentException unfit) {
            // It is told as the rest is.
        }
        faults.badValue("Must be base64 (RFC 4648) of at most " + TEXT_MAX + " bytes", "body", "stdin_base64");
        return Optional.empty();
    }

    private static Optional<String> user(JsonBody body, Faults faults) {
        Optional<String> user = body.string("user");
        user.filter(name -> !SandboxUser.isGood(name))
                .ifPresent(unfit -> faults.badValue(SandboxUser.FORM, "body", "user"));
        return user;
    }

    private static Optional<String> path(JsonBody body, String member, Faults faults) {
        Optional<String> path = body.string(member);
        path.filter(String::isEmpty)
                .ifPresent(empty -> faults.badValue("Must have at least 1 character", "body", member));
        path.ifPresent(text -> checkText(member, text, PATH_MAX, faults));
        return path;
    }

    private static Optional<String> shell(JsonBody body, Faults faults) {
        Optional<String> shell = path(body, "shell", faults);
        shell.filter(path -> !path.isEmpty() && !path.startsWith("/"))
                .ifPresent(unfit -> faults.badValue("Must be an absolute path", "body", "shell"));
        return shell;
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
        return utf8(text).length;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
