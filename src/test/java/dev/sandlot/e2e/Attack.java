package dev.sandlot.e2e;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one hostile tenant does with one thing that all tenants share. It is bounded in count and time, stops by itself,
 * talks to loopback only, and expects refusals.
 */
interface Attack {
    /** In the table. */
    String name();

    /** Its own task, where it needs one: versions never change, so no two attacks can have the same. */
    default String task() {
        return name().replaceAll("[^a-z]+", "-");
    }

    /** Makes what it takes, before the victim is watched. */
    default void prepare(Mallory mallory) throws Exception {}

    /** Returns soon after the span is over. */
    void rage(Mallory mallory, Span span) throws Exception;

    /** All of them; what can't be taken back, versions of tasks, comes last. */
    static List<Attack> all(Scale scale, EndlessRegistry registry) {
        return Stream.of(
                        SandboxAttacks.all(scale),
                        BodyAttacks.all(scale),
                        TokenAttacks.all(scale),
                        ExecutionAttacks.all(scale),
                        ServiceAttacks.all(scale),
                        EnvironmentAttacks.all(scale, registry))
                .flatMap(List::stream)
                .toList();
    }
}
