package dev.sandlot.environment;

import dev.sandlot.environment.Environment.Status;
import dev.sandlot.sandbox.PlainText;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A step of an environment from state to state, with what is stored when it is made. There is none that the states do
 * not allow.
 *
 * @param from the states that it may start from
 * @param built what is known of the environment now that its image is here
 */
public record Transition(Set<EnvironmentState> from, Status status, Optional<Environment> built) {
    private static final int ERROR_MAX = 1000;

    public Transition {
        from = Set.copyOf(from);
        if (from.isEmpty() || !from.stream().allMatch(state -> state.canBecome(status.state()))) {
            throw new IllegalArgumentException("no way from " + from + " to " + status.state());
        }
        if (status.state().isTerminal() && status.endedAt() == null) {
            throw new IllegalArgumentException("an end without its time: " + status.state());
        }
    }

    private Transition(Set<EnvironmentState> from, Status status) {
        this(from, status, Optional.empty());
    }

    /** The step of one whose image is here, and with it what commands get from that. */
    static Transition built(Environment environment) {
        return new Transition(
                EnumSet.of(EnvironmentState.BUILDING),
                Status.of(EnvironmentState.PROVISIONING),
                Optional.of(environment));
    }

    /** The step of one whose sandbox stands, and all is done in it that its task wants first. */
    public static Transition ready() {
        return new Transition(EnumSet.of(EnvironmentState.PROVISIONING), Status.of(EnvironmentState.READY));
    }

    /** The step of one that somebody has deleted, or whose lifetime is over. */
    public static Transition tornDown(Instant at) {
        return new Transition(EnvironmentState.LIVING, new Status(EnvironmentState.TORN_DOWN, at, null));
    }

    /** The step of one that could not be made, or is broken; {@code reason} is a sentence for its owner. */
    public static Transition failed(Instant at, String reason) {
        return new Transition(EnvironmentState.LIVING, new Status(EnvironmentState.FAILED, at, fit(reason)));
    }

    private static String fit(String reason) {
        String plain = PlainText.lines(reason);
        return plain.length() <= ERROR_MAX ? plain : plain.substring(0, ERROR_MAX);
    }
}
