package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.SandboxSuite;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is the local backend's own: its self-test, images that are directories, its keepers' sockets. */
abstract class LocalSuite extends SandboxSuite {
    private LocalHost host;

    @BeforeEach
    void look(LocalHost local) {
        host = local;
    }

    @Test
    void theSelfTestFindsWhatHolds() {
        Guarantees guarantees = host.local().guarantees();
        System.out.println(row(guarantees));
        assertThat(guarantees.held())
                .containsEntry("sandbox", true)
                .containsEntry("kill", true)
                .containsEntry("disk", true)
                .containsEntry("network", true)
                // A kernel of the sandbox's own has none; and who has one id to give, and it is root's, gives that.
                .containsEntry("user_namespace", !host.hasOwnKernel() && !host.isRootTheHostsRoot())
                .containsEntry("overlay", true);
        boolean seesGroups = !host.isKeeperInside();
        boolean hasMemory = guarantees.held().getOrDefault("memory", false);
        assertThat(guarantees.offered())
                .containsOnlyKeys("users", "egress", "oom", "leftovers")
                .containsEntry("oom", seesGroups && hasMemory)
                // By a control group, by who stands between, or with all that has lost its parent.
                .containsEntry("leftovers", true);
    }

    /** One of a table of modes and guarantees: those that hold by name, dashes in place of the others. */
    private String row(Guarantees guarantees) {
        return Stream.of(guarantees.held(), guarantees.offered())
                .flatMap(all -> all.entrySet().stream())
                .map(one ->
                        one.getValue() ? one.getKey() : "-".repeat(one.getKey().length()))
                .collect(Collectors.joining(
                        " ",
                        String.format(
                                "| %-22s | ", getClass().getEnclosingClass().getSimpleName()),
                        " |"));
    }

    @Test
    void aDirectoryIsAnImageThatNoCommandChanges() throws Exception {
        Path image = ShellImage.create(host.data().resolve("image"));
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(id, List.of(image), "/srv/work", LIMITS, Duration.ofMinutes(5)));
        try {
            String command =
                    "pwd; [ -e /usr/bin/env ] || echo no host; echo changed > /file; read line < /file; echo $line";

            assertThat(run(id, spec(command, Duration.ofSeconds(20))).output())
                    .isEqualTo("/srv/work\nno host\nchanged\n");
            assertThat(Files.readString(image.resolve("file"))).isEqualTo("original\n");
        } finally {
            backend.destroy(id);
        }
    }

    @Test
    void aHomeThatIsMadeIsItsUsers() throws Exception {
        assumeTrue(host.holds("users"), "a sandbox has one user here");
        Path image = ShellImage.create(host.data().resolve("home"));
        Files.createDirectories(image.resolve("etc"));
        Files.writeString(image.resolve("etc/passwd"), "robot:x:1234:1235::/home/robot:/bin/sh\n");
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(
                id,
                List.of(image),
                "/home/robot/src/work",
                LIMITS,
                Duration.ofMinutes(5),
                Optional.empty(),
                Optional.of("robot")));
        try {
            String command =
                    "pwd; [ -O . ] && [ -G . ] && [ -O .. ] && [ -O ~ ] && echo fine > ~/file && read line < ~/file;"
                            + " echo $line; [ -O /home ] || echo root";

            assertThat(run(id, as("robot", command)).output()).isEqualTo("/home/robot/src/work\nfine\nroot\n");
        } finally {
            backend.destroy(id);
        }
    }

    @Test
    void framesThatAreNoneEndTheirConnectionAlone() throws Exception {
        Random random = new Random(1);
        Path socket = host.data().resolve("run").resolve(sandbox + ".sock");
        for (int i = 0; i < 300; i++) {
            byte[] frame = new byte[random.nextInt(64)];
            random.nextBytes(frame);
            if (random.nextBoolean() && frame.length > 5) {
                // A length that fits and a type that exists, so that the fields are looked at.
                ByteBuffer.wrap(frame).putInt(frame.length - 4).put((byte)
                        List.of(16, 17, 18, 19, 21, 22).get(i % 6).intValue());
            }
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(ByteBuffer.wrap(frame));
            }
        }

        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }
}
