package dev.sandlot.environment;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An environment as tests of what runs in it need one. */
public final class SampleEnvironment {
    private SampleEnvironment() {}

    public static Environment in(EnvironmentState state) {
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
}
