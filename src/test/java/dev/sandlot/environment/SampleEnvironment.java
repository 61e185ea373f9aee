package dev.sandlot.environment;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
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
}
