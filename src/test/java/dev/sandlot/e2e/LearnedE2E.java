package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Java runtime learned of the server spares work at its start, and is never in the way of it. */
class LearnedE2E {
    private final SandlotServer server = new SandlotServer(Map.of("WLP_SKIP_BOOTSTRAP_AGENT", "true"));

    /** Three starts, one of them watched by the archive's maker: on a busy machine they take minutes. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aServerBeginsWithWhatWasLearned() throws Exception {
        server.laidOutByHand();
        learn();
        try {
            server.start();

            assertThat(Files.readString(Path.of("/proc/" + server.pid() + "/maps")))
                    .contains("learned/java-" + Runtime.version().feature());
        } finally {
            server.afterAll(null);
        }
    }

    private void learn() throws Exception {
        boolean learned = false;
        try {
            server.learn();
            learned = true;
        } finally {
            if (!learned) {
                server.discard();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.env", "bootstrap.properties", "configDropins/overrides/ours.xml"})
    void aServersOwnDataIsNotLearnedFrom(String file) throws Exception {
        server.laidOutByHand();
        Path names = server.folder("").resolve(file);
        Files.createDirectories(names.getParent());
        Files.writeString(
                names,
                file.endsWith(".env")
                        ? "SANDLOT_DB_URL=jdbc:postgresql://db/ours\n"
                        : "<variable name=\"sandlot.data.dir\" value=\"/srv/ours\"/>");
        try {
            assertThatThrownBy(server::learn).hasMessageContaining("names the server's data");
        } finally {
            server.discard();
        }
    }

    /** One of the two is this runtime's; the other is that of a newer or an older one. */
    @ParameterizedTest
    @ValueSource(strings = {"AOTCache", "SharedArchiveFile"})
    void whatIsBrokenOrForeignIsPassedOver(String option) throws Exception {
        server.laidOutByHand();
        Path broken = Files.writeString(server.folder("learned").resolve("java"), "this is no archive\n");
        Files.writeString(
                server.folder("configDropins/defaults").resolve("jvm.options"),
                "-XX:+IgnoreUnrecognizedVMOptions\n-XX:" + option + "=" + broken + "\n");
        try {
            server.start();
        } finally {
            server.afterAll(null);
        }
    }
}
