package dev.sandlot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units for systemd, by its own judgement where it is installed. */
class UnitsTest {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final int SUBGROUPS_SINCE = 254;
    private static final Path UNITS = Path.of("deploy/systemd");

    @TempDir
    private Path folder;

    /** What systemd-analyze says, and whether it is content. */
    private record Analysis(boolean good, String said) {
        static Analysis of(String... arguments) throws Exception {
            List<String> command = new ArrayList<>(List.of(ANALYZE.toString()));
            command.addAll(List.of(arguments));
            Process analysis =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(analysis.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(analysis.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Analysis(analysis.exitValue() == 0, said);
        }
    }

    /** A copy whose program is there, without what this systemd does not know yet. */
    private void copy(Path unit) throws Exception {
        String text = Files.readString(unit).replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/sh");
        int version = Integer.parseInt(Analysis.of("--version").said().split("\\D+", -1)[1]);
        Files.writeString(
                folder.resolve(unit.getFileName()),
                version < SUBGROUPS_SINCE ? text.replaceAll("(?m)^DelegateSubgroup=.*$", "") : text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sandlot.service", "sandlot-sandboxes.service", "plain-user/sandlot.service"})
    void systemdHasNothingToSayAgainstThem(String name) throws Exception {
        assumeTrue(Files.isExecutable(ANALYZE), "systemd is not installed");
        copy(UNITS.resolve("sandlot-sandboxes.service"));
        Path unit = UNITS.resolve(name);
        copy(unit);

        Analysis analysis = Analysis.of(
                "verify",
                "--man=no",
                "--recursive-errors=no",
                folder.resolve(unit.getFileName()).toString());

        assertThat(analysis.said()).isEmpty();
        assertThat(analysis.good()).isTrue();
    }

    /** Without these a restart takes the sandboxes with it, or one sandbox out of memory takes all. */
    @Test
    void sandboxesOutliveTheServer() throws Exception {
        for (String unit : List.of("sandlot.service", "plain-user/sandlot.service")) {
            assertThat(Files.readAllLines(UNITS.resolve(unit)))
                    .contains("KillMode=process", "Delegate=yes", "OOMPolicy=continue");
        }
        assertThat(Files.readAllLines(UNITS.resolve("sandlot-sandboxes.service")))
                .contains("Delegate=yes", "OOMPolicy=continue");
    }
}
