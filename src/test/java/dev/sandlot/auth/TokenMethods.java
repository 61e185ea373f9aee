package dev.sandlot.auth;

import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the check of an environment's token costs. */
@State(Scope.Benchmark)
public class TokenMethods {
    private final ExecuteToken made = ExecuteToken.create();
    private final String header = "Bearer " + made.text();
    private final String stored = made.hash();

    @Benchmark
    public boolean check() {
        return Objects.requireNonNull(ExecuteToken.parse(header)).matches(stored);
    }
}
