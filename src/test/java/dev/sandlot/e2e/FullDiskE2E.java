package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers whose disk is full, and has room again. */
class FullDiskE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer OUTPUTS = SandlotServer.trusting(
                    IDENTITIES, Map.of("SANDLOT_OUTPUTS_AFTER_END_MINUTES", "0"))
            .withDisk("outputs", "4m");

    /** May keep more than its disk can hold. */
    @RegisterExtension
    static final SandlotServer EVERYTHING = SandlotServer.trusting(
                    IDENTITIES,
                    Map.of(
                            "SANDLOT_KEPT_MIB_PER_ENVIRONMENT", "1024",
                            "SANDLOT_KEPT_MIB_PER_ORG", "1024",
                            "SANDLOT_KEPT_MIB_PER_SERVER", "1024"))
            .withDisk("", "64m");

    /** Takes all the room that there is. */
    private static void fill(Path file) throws IOException {
        byte[] piece = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void aCommandRunsOnWhenItsOutputCannotBeKept() throws Exception {
        Api api = new Api(OUTPUTS, IDENTITIES.admin());
        Environment environment = api.provision();
        String command = "seq 1 2000000; echo printed > /tmp/end; exit 3";

        Answer answer = api.execute(environment, command, Map.of());

        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        assertThat(answer.body().getInt("exit_code")).isEqualTo(3);
        assertThat(answer.body().getString("output")).startsWith("1\n2\n").contains("bytes left out]");
        assertThat(api.output(environment, "cat /tmp/end")).isEqualTo("printed\n");
        JsonObject record =
                api.execution(environment, answer.header("X-Execution-Id")).body();
        assertThat(record.getBoolean("truncated")).isTrue();
        assertThat(record.getInt("output_bytes")).isEqualTo(14_888_896);

        try (var kept = Files.walk(OUTPUTS.inside("outputs"))) {
            for (Path file : kept.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        assertThat(api.output(environment, "seq 1 200000; echo whole")).endsWith("\n200000\nwhole\n");
        api.delete(environment.id());
        while (hasOutputs()) {
            Thread.onSpinWait();
        }
        assertThat(api.execution(environment, answer.header("X-Execution-Id")).status())
                .as("the record stays")
                .isEqualTo(200);
    }

    private static boolean hasOutputs() throws IOException {
        try (var kept = Files.walk(OUTPUTS.inside("outputs"))) {
            return kept.anyMatch(Files::isRegularFile);
        }
    }

    @Test
    void outputsLeaveRoomForTheJournalAndTheDatabase() throws Exception {
        Api api = new Api(EVERYTHING, IDENTITIES.admin());
        Environment environment = api.provision();
        String first = null;
        for (int i = 0; i < 6; i++) {
            Answer answer = api.execute(environment, "head -c 30000000 /dev/zero; exit 5", Map.of());
            assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
            assertThat(answer.body().getInt("exit_code")).isEqualTo(5);
            first = first == null ? answer.header("X-Execution-Id") : first;
            assertThat(EVERYTHING.inside("").toFile().getUsableSpace()).isGreaterThan(1 << 20);
        }

        Environment another = api.provision();
        assertThat(api.output(another, "seq 1 20000")).endsWith("\n20000\n");
        JsonObject record = api.execution(environment, first).body();
        assertThat(record.getInt("exit_code")).isEqualTo(5);
        assertThat(record.getBoolean("truncated")).isTrue();
        api.delete(environment.id());
        api.delete(another.id());
    }

    @Test
    void anEndThatCannotBeStoredIsToldAsAFaultAndStoredLater() throws Exception {
        Api api = new Api(EVERYTHING, IDENTITIES.admin());
        Environment environment = api.provision();
        api.output(environment, "true");
        Path filler = EVERYTHING.inside("filler");

        // The database gives room back now and then, and the journal takes it: filled again until there is none.
        Answer refused;
        do {
            fill(filler);
            refused = api.execute(environment, "echo kept; exit 7", Map.of());
        } while (refused.status() == 200);
        Files.delete(filler);

        refused.isError(500, "app_error");
        assertThat(refused.body().getString("detail")).contains("reference");
        assertThat(refused.header("X-Execution-Id")).isNotEmpty();
        JsonObject record;
        do {
            Answer read = api.execution(environment, refused.header("X-Execution-Id"));
            record = read.body();
        } while (!record.containsKey("state") || record.getString("state").equals("running"));
        assertThat(record.getInt("exit_code")).isEqualTo(7);
        assertThat(record.getString("output")).isEqualTo("kept\n");
        assertThat(api.output(environment, "echo well")).isEqualTo("well\n");
        assertThat(api.delete(environment.id()).status()).isEqualTo(204);
    }
}
