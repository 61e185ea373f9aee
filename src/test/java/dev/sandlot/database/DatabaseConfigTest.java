package dev.sandlot.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/sandlot",
                "jdbc:h2:async:/data/sandlot;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                "jdbc:h2:mem:x"
            })
    void aDatabaseOfOneServerIsTaken(String url) {
        assertThat(new DatabaseConfig(url, "u", "p", 30).isPostgreSql()).isEqualTo(url.startsWith("jdbc:postgresql:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jdbc:mysql://db/x",
                "jdbc:h2:tcp://host/x",
                "jdbc:h2:file:/data/x",
                "jdbc:h2:/data/x",
                "jdbc:H2:file:x",
                "jdbc:h2:async:/data/x;AUTO_SERVER=TRUE",
                "jdbc:h2:async:/data/x;WRITE_DELAY=0;auto_server=true;MODE=REGULAR",
                "jdbc:h2:async:/data/x;FILE_LOCK=NO"
            })
    void oneThatServersCouldShareOrAnInterruptWouldCloseIsRefused(String url) {
        assertThatThrownBy(() -> new DatabaseConfig(url, "u", "p", 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SANDLOT_DB_URL must be");
    }

    @Test
    void itsTextHasNoPassword() {
        assertThat(new DatabaseConfig("jdbc:postgresql://db/x?password=hush", "u", "secret", 30).toString())
                .doesNotContain("hush", "secret");
    }
}
