package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.NetworkSuite;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network of the local backend's sandboxes, with what images have to do with it. */
abstract class LocalNetworkSuite extends NetworkSuite {
    private LocalHost host;

    @BeforeEach
    void look(LocalHost local) {
        host = local;
    }

    @Test
    void anImagesOwnNameFilesGiveWay() throws Exception {
        Path image = ShellImage.create(host.data().resolve("named"));
        Files.createDirectories(image.resolve("etc"));
        Files.createSymbolicLink(image.resolve("etc/hosts"), Path.of("/file"));
        SandboxId id = new SandboxId(UUID.randomUUID());
        SandboxNetwork network =
                new SandboxNetwork(List.of(), List.of(), Map.of("files.example", List.of("203.0.113.9")), false);
        backend.create(
                new SandboxSpec(id, List.of(image), "/srv/work", LIMITS, Duration.ofMinutes(5), Optional.of(network)));
        try {
            String command = "while read line; do echo \"$line\"; done < /etc/hosts; read line < /file; echo $line";

            assertThat(run(id, spec(command, Duration.ofSeconds(20))).output())
                    .isEqualTo("127.0.0.1\tlocalhost sandbox\n::1\tlocalhost\n203.0.113.9\tfiles.example\noriginal\n");
        } finally {
            backend.destroy(id);
        }
    }

    /** Its memory, its time and the host's ports that it takes are spent for the sandbox: its group's limits hold them. */
    @Test
    void whoCarriesItsPacketsBelongsToTheSandbox() throws Exception {
        assumeTrue(host.local().cgroups().version2().isPresent(), "there is no control group of version 2");
        SandboxId id = new SandboxId(UUID.randomUUID());
        SandboxNetwork closed = new SandboxNetwork(List.of(), List.of(), Map.of(), false);
        backend.create(
                new SandboxSpec(id, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5), Optional.of(closed)));
        try {
            List<Path> carriers = ProcessHandle.allProcesses()
                    .map(process -> Path.of("/proc", Long.toString(process.pid())))
                    .filter(process -> read(process.resolve("comm")).startsWith("slirp4netns"))
                    .filter(process -> read(process.resolve("cgroup"))
                            .lines()
                            .anyMatch(line -> line.startsWith("0::") && line.contains(id.toString())))
                    .toList();

            assertThat(carriers).hasSize(1);
            assertThat(run(id, spec("sleep 55 & echo hi", PATIENCE)).output()).isEqualTo("hi\n");
            assertThat(read(carriers.get(0).resolve("limits"))).containsPattern("Max open files +(\\d{1,3}|10\\d\\d) ");
        } finally {
            backend.destroy(id);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }
}
