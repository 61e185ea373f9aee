package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keeper's sources, looked at without a sandbox. */
class KeeperSourcesIT {
    @TempDir
    private Path folder;

    @Test
    void noFrameMakesTheParsersLeaveTheirMemory() throws Exception {
        assertThat(KeeperSources.make("fuzz", folder)).contains("fuzz: 20000 rounds");
    }

    @Test
    void whatNeedsNoSandboxHoldsByItself() throws Exception {
        assertThat(KeeperSources.make("units", folder)).contains("units: good");
    }

    /** What the server has an OCI runtime set is what the keeper sets where it makes the sandbox itself. */
    @Test
    void theServerBoundsSystemVAsTheKeeperDoes() throws Exception {
        List<Long> memories = List.of(1L << 20, 100_000_000L, 512L << 20, 3L << 30, 5L << 40);
        List<String> releases = List.of("5.10.0-26-amd64", "6.8.12", "6.9.0", "6.18.44-fc", "7.0", "none");
        assertThat(KeeperSources.make("ipc", folder, "MEMORY=" + words(memories), "RELEASES=" + words(releases))
                        .lines())
                .containsExactlyElementsOf(Stream.concat(
                                memories.stream().flatMap(KeeperSourcesIT::bounds),
                                releases.stream()
                                        .map(release -> release + " inside=" + IpcBounds.mayBeSetInside(release)))
                        .toList());
    }

    private static Stream<String> bounds(long memory) {
        return IpcBounds.of(new SandboxLimits(memory, 1000, 256, 1L << 30, 1024)).entrySet().stream()
                .map(bound -> memory + " " + bound);
    }

    private static String words(List<?> all) {
        return all.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    @Test
    void theAnalyzerFindsNothing() throws Exception {
        assertThat(KeeperSources.make("analyze", folder)).isEmpty();
    }
}
