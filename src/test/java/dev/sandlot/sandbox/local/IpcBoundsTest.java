package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpcBoundsTest {
    @ParameterizedTest
    @CsvSource({"6.9.0, true", "6.18.44-fc, true", "7.0, true", "6.8.12, false", "5.10.0-26-amd64, false", "none, false"
    })
    void theyAreTheSandboxsOwnSinceLinux69(String release, boolean own) {
        assertThat(IpcBounds.mayBeSetInside(release)).isEqualTo(own);
    }

    @Test
    void theyAreSharesOfTheMemory() {
        assertThat(IpcBounds.of(new SandboxLimits(512L << 20, 1000, 256, 1L << 30, 1024)))
                .containsEntry("kernel.shmall", "8192")
                .containsEntry("kernel.shmmni", "1024")
                .containsEntry("kernel.msgmni", "32")
                .containsEntry("kernel.sem", "32000 32768 500 1024");
        assertThat(IpcBounds.of(new SandboxLimits(1L << 20, 1000, 256, 1L << 30, 1024)))
                .containsEntry("kernel.msgmni", "4");
    }
}
