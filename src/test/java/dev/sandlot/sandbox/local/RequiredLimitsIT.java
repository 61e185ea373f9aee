package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that does not hold what is required of it. */
class RequiredLimitsIT {
    @TempDir
    private Path data;

    @Test
    void isRefusedByTheNameOfTheGapAndNothingIsLeft() throws Exception {
        LocalConfig config = new LocalConfig(data, 1L << 28, 64, true, Optional.empty(), Optional.empty(), 2);
        CgroupLayout all = CgroupHost.read().layout(config.instance());
        Path group = all.version2().orElseThrow();
        CgroupLayout limitsNothing = new CgroupLayout(Optional.of(group), Set.of(), Map.of());

        assertThatIOException()
                .isThrownBy(() -> LocalBackend.start(
                        config,
                        new HostAccess(true, limitsNothing, Optional.empty()),
                        KeeperBinary.unpack(data),
                        Runnable::run))
                .withMessageContaining("memory=false");
        assertThat(group).doesNotExist();
        all.removeAll();
        assertThat(data.resolve("run")).isEmptyDirectory();
    }
}
