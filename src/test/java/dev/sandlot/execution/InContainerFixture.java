package dev.sandlot.execution;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.Environment;
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
                new WorkspaceId("acme", "w" + UUID.randomUUID().toString().substring(0, 8)),
                "shell@1.0.0",
                state,
                now,
                now.plusSeconds(600),
                null,
                "do it",
                "{}",
                null,
                null,
                ExecuteToken.create().hash(),
                Map.of("A", "b"),
                null,
                List.of(),
                null,
                List.of(),
                null,
                "tester",
                512 << 20);
    }

    static ExecuteRequest request(String command) {
        return new ExecuteRequest(command, 30, Optional.empty(), Optional.empty(), Map.of(), false, false);
    }
}
