package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.errors.ApiException;
import dev.sandlot.sandbox.FakeCommand;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExecutionsTest {
    private final CompletableFuture<Void> isWriting = new CompletableFuture<>();
    private final CompletableFuture<Void> goesOn = new CompletableFuture<>();

    @TempDir
    private Path folder;

    private OptionalInt takeLate() {
        isWriting.complete(null);
        goesOn.orTimeout(20, TimeUnit.SECONDS).join();
        return OptionalInt.of(1);
    }

    /** Two at once would be mixed, and each holds what it writes in memory. */
    @Test
    void oneAtATimeWritesToAnInput() throws Exception {
        try (ExecutionHost host = new ExecutionHost(folder)) {
            host.backend.takeInput(this::takeLate);
            host.backend.script("cat", FakeCommand.exits(0));
            RunningExecution execution = host.begin(host.host.ready("acme/main"), "cat");
            ByteBuffer bytes = ByteBuffer.wrap(new byte[1]);
            CompletableFuture<Void> first = Apart.run(() -> host.executions.write(execution.record(), bytes, false));
            isWriting.get(20, TimeUnit.SECONDS);

            assertThatThrownBy(() -> host.executions.write(execution.record(), bytes, false))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("Another request");
            goesOn.complete(null);
            first.get(20, TimeUnit.SECONDS);
            host.executions.write(execution.record(), bytes, true);

            host.runAll();
            assertThat(execution.ended().get(20, TimeUnit.SECONDS).ended()).isPresent();
        }
    }
}
