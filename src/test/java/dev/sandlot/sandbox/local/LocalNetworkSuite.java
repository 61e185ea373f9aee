package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.NetworkSuite;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The network of the local backend's sandboxes, with what images have to do with it. */
abstract class LocalNetworkSuite extends NetworkSuite {
    private final LocalHost host;

    LocalNetworkSuite(LocalHost host) {
        super(host);
        this.host = host;
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
}
