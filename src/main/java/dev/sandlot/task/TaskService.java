package dev.sandlot.task;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A server that a task wants running in its environments.
 *
 * @param name names it in URLs and in the log
 * @param command shell text; empty: what the image starts by itself
 * @param port where it listens, of the sandbox's own loopback
 * @param path what it must answer, by HTTP, with a status below 400 before the environment is ready; empty: a connection
 *     is enough
 * @param startTimeout how long that may take
 */
public record TaskService(
        String name,
        Optional<String> command,
        int port,
        Optional<String> path,
        Duration startTimeout,
        Restart restart) {
    static final Duration START_TIMEOUT_DEFAULT = Duration.ofMinutes(1);
    static final int PORT_MAX = 65_535;
    static final Duration START_TIMEOUT_MAX = Duration.ofMinutes(2);

    public TaskService {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (path.isPresent() && !path.get().startsWith("/")) {
            throw new IllegalArgumentException("no path: " + path.get());
        }
    }

    /** When it is started again after its end. */
    public enum Restart {
        ALWAYS,
        /** Not after an exit with code 0. */
        ON_FAILURE,
        NEVER;

        /** The word in a task. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The policy of that word. */
        public static Optional<Restart> parse(String word) {
            for (Restart policy : values()) {
                if (policy.word().equals(word)) {
                    return Optional.of(policy);
                }
            }
            return Optional.empty();
        }
    }

    /** This service, run by that command. */
    public TaskService runBy(String shellText) {
        return new TaskService(name, Optional.of(shellText), port, path, startTimeout, restart);
    }
}
