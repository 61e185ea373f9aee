package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Settings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JournalConfigTest {
    private static JournalConfig backlog(String mib) {
        return JournalConfig.from(Settings.of("sandlot.backlog.limit.mib", mib));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        JournalConfig config = JournalConfig.from(Settings.none());

        assertThat(config.folder()).isEqualTo(Path.of("/data/journal"));
        assertThat(config.backlogLimit()).isEqualTo(128L << 20);
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(backlog("8").backlogLimit()).isEqualTo(8L << 20);
        assertThat(backlog("2147483647").backlogLimit()).isEqualTo(2_147_483_647L << 20);
    }

    @Test
    void aBadValueIsRefusedWithASentence() {
        assertThatThrownBy(() -> backlog("7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SANDLOT_BACKLOG_LIMIT_MIB must be at least 8");
    }
}
