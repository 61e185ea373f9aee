package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is stopped while it tries its host has not found out what that can't do. */
@Timeout(60)
class SelfTestTest {
    private static final CgroupLayout NO_CGROUPS = new CgroupLayout(Optional.empty(), Set.of(), Map.of());

    @TempDir
    private Path data;

    private final FakeSandboxBackend backend = new FakeSandboxBackend();

    @AfterEach
    void goOn() {
        Thread.interrupted();
    }

    private void isCutOff() {
        assertThatIOException()
                .isThrownBy(() -> new SelfTest(backend, NO_CGROUPS, false, data).run())
                .withMessage("The server was stopped before it knew what its host can do");
    }

    private void stopAt(String command) {
        backend.script(command, FakeCommand.exits(0).after(() -> {
            backend.holdCreation(new CompletableFuture<>());
            Thread.currentThread().interrupt();
        }));
    }

    @Test
    void whereItIsStoppedFromTheStart() {
        backend.holdCreation(new CompletableFuture<>());
        Thread.currentThread().interrupt();

        isCutOff();
    }

    @Test
    void whereItIsStoppedBeforeItTriesALayer() {
        // The last thing that it asks before that.
        stopAt("cat /proc/self/uid_map");

        isCutOff();
    }

    @Test
    void whereItIsStoppedBeforeItTriesANetwork() {
        stopAt("id -u");

        isCutOff();
    }
}
