package dev.sandlot.execution;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.environment.EnvironmentState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Things that tests in the container begin with. */
final class InContainerFixture {
    private InContainerFixture() {}

    static Environment environment(EnvironmentState state) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return new Environment(
                UUID.randomUUID(),
                new Owner(
                        new WorkspaceId(
                                "acme", "w" + UUID.randomUUID().toString().substring(0, 8)),
                        "tester",
                        null),
                new Assignment("shell@1.0.0", "do it", "{}"),
                Status.of(state),
                new Lifetime(now, now.plusSeconds(600)),
                ExecuteToken.create().hash(),
                new Commands(Map.of("A", "b"), null, List.of()),
                new Resources(null, 512 << 20),
                List.of(),
                null);
    }

    static ExecuteRequest request(String command) {
        return new ExecuteRequest(command, 30, Optional.empty(), Optional.empty(), Map.of(), false, false);
    }
}
