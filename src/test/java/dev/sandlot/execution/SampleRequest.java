package dev.sandlot.execution;

import dev.sandlot.sandbox.ExecSpec.Pipes;
import dev.sandlot.sandbox.ExecSpec.Surroundings;
import java.time.Duration;
import java.util.Optional;

/** What tests ask to be run. */
final class SampleRequest {
    private SampleRequest() {}

    static ExecuteRequest of(String command) {
        return new ExecuteRequest(
                command,
                30,
                Duration.ZERO,
                Surroundings.USUAL,
                new Pipes(false, Optional.empty(), false),
                Optional.empty());
    }
}
