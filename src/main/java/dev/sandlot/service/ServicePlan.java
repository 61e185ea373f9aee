package dev.sandlot.service;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * A service of one sandbox.
 *
 * @param service with the command that runs it
 * @param user who runs it; empty: root
 * @param until when the sandbox's time is over
 */
public record ServicePlan(SandboxId sandbox, TaskService service, Optional<String> user, Instant until) {
    private static final Duration SPARE = Duration.ofMinutes(10);
    /** What a sandbox's clock holds: 32 bits of milliseconds. */
    private static final Duration TIMEOUT_MAX = Duration.ofMillis(0xffff_ffffL);

    public ServicePlan {
        if (service.command().isEmpty()) {
            throw new IllegalArgumentException("the service " + service.name() + " has no command");
        }
    }

    String name() {
        return service.name();
    }

    /** The same for all its attempts, in their ids: with it a later server finds them again. */
    private long mark() {
        return UUID.nameUUIDFromBytes(name().getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    }

    /** The command of an attempt. It ends with the sandbox: no clock of its own comes before. */
    ExecSpec attempt(long number, Map<String, String> env, Instant now) {
        Duration timeout = left(now);
        return ExecSpec.of(
                        id(number),
                        service.command().orElseThrow(),
                        timeout.compareTo(TIMEOUT_MAX) > 0 ? TIMEOUT_MAX : timeout)
                .withEnv(env)
                .withUser(user)
                .withWhole(true);
    }

    Duration left(Instant now) {
        Duration left = Duration.between(now, until);
        return (left.isNegative() ? Duration.ZERO : left).plus(SPARE);
    }

    ExecId id(long attempt) {
        return new ExecId(new UUID(mark(), attempt));
    }

    /** Whether an execution is one of its attempts. */
    public boolean isAttempt(ExecId id) {
        return id.value().getMostSignificantBits() == mark();
    }

    /** The newest of its attempts among what a sandbox knows. */
    OptionalLong newest(Set<ExecId> known) {
        return known.stream()
                .filter(this::isAttempt)
                .mapToLong(id -> id.value().getLeastSignificantBits())
                .max();
    }
}
