package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    void whatTheKernelSaysOfGroupsIsReadAsItIsMeant() throws Exception {
        assertThat(KeeperSources.make("units", folder)).contains("units: good");
    }

    @Test
    void theAnalyzerFindsNothing() throws Exception {
        assertThat(KeeperSources.make("analyze", folder)).isEmpty();
    }
}
