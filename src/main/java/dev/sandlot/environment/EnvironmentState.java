package dev.sandlot.environment;

import dev.sandlot.errors.Faults;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The places of an environment in its life, and the ways between them. */
public enum EnvironmentState {
    BUILDING,
    PROVISIONING,
    READY,
    PAUSED,
    TORN_DOWN,
    FAILED;

    /** The states of environments that have not ended. */
    static final Set<EnvironmentState> LIVING = all(state -> !state.isTerminal());

    /** The states that are never left. */
    static final Set<EnvironmentState> ENDED = all(EnvironmentState::isTerminal);

    private static final Map<String, EnvironmentState> SYNONYMS = Map.of("running", READY, "killed", TORN_DOWN);

    private static Set<EnvironmentState> all(Predicate<EnvironmentState> which) {
        return Arrays.stream(values()).filter(which).collect(Collectors.toUnmodifiableSet());
    }

    /** The word on the wire and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state that a client means: one of the six words, or a synonym. */
    public static Optional<EnvironmentState> parse(String word) {
        if (SYNONYMS.containsKey(word)) {
            return Optional.of(SYNONYMS.get(word));
        }
        for (EnvironmentState state : values()) {
            if (state.word().equals(word)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    /** The states that a client means; tells a fault for each word that is none. */
    public static Set<EnvironmentState> read(List<String> words, Faults faults) {
        Set<EnvironmentState> states = EnumSet.noneOf(EnvironmentState.class);
        for (String word : words) {
            parse(word).ifPresentOrElse(states::add, () -> faults.badValue("Unknown state", "query", "state"));
        }
        return states;
    }

    /** The state that was stored as this word. */
    static EnvironmentState stored(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The words of some states, for a statement that asks for them. */
    static List<String> words(Collection<EnvironmentState> states) {
        return states.stream().map(EnvironmentState::word).toList();
    }

    /** Whether that state may follow. */
    boolean canBecome(EnvironmentState other) {
        return next().contains(other);
    }

    /** The states that may follow. */
    public Set<EnvironmentState> next() {
        return switch (this) {
            case BUILDING -> Set.of(PROVISIONING, TORN_DOWN, FAILED);
            case PROVISIONING -> Set.of(READY, TORN_DOWN, FAILED);
            case READY -> Set.of(PAUSED, TORN_DOWN, FAILED);
            case PAUSED -> Set.of(READY, TORN_DOWN, FAILED);
            case TORN_DOWN, FAILED -> Set.of();
        };
    }

    /** True for a state in which it is being made: whoever does so moves it on, and nobody else goes on with it. */
    boolean isBeingMade() {
        return this == BUILDING || this == PROVISIONING;
    }

    /** True for a state that is never left. */
    public boolean isTerminal() {
        return next().isEmpty();
    }
}
