package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JournalConfigTest {
    private static JournalConfig backlog(String mib) {
        return new JournalConfig(GivenSettings.of("sandlot.backlog.limit.mib", mib));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        JournalConfig config = new JournalConfig(GivenSettings.none());

        assertThat(config.folder()).isEqualTo(Path.of("/data/journal"));
        assertThat(config.backlogLimit()).isEqualTo(128L << 20);
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(backlog("8").backlogLimit()).isEqualTo(8L << 20);
        assertThat(backlog("1073741824").backlogLimit()).isEqualTo(1L << 50);
    }

    @Test
    void aBadValueIsRefusedWithASentence() {
        assertThatThrownBy(() -> backlog("7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SANDLOT_BACKLOG_LIMIT_MIB must be 8 to 1073741824 MiB, but is 7");
    }
}
