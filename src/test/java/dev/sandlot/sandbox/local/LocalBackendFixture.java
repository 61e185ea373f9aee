package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxBackendContract;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract for the local backend, in one of the ways in which a host may let it work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LocalBackendFixture extends SandboxBackendContract {
    static final CgroupLayout NO_CGROUPS = new CgroupLayout(Optional.empty(), Set.of(), Map.of());

    private Path data;
    private LocalBackend local;

    abstract HostAccess access(LocalConfig config) throws IOException;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        data = Files.createTempDirectory("sandlot-test");
        LocalConfig config = new LocalConfig(data, 1L << 28, 64, false);
        local = LocalBackend.start(config, access(config), program(data));
    }

    /** The keeper, put into the folder. */
    Path program(Path folder) throws IOException, InterruptedException {
        return KeeperBinary.unpack(folder);
    }

    @Override
    protected SandboxBackend backend() {
        return local;
    }

    @Override
    protected boolean holds(String limit) {
        return local.guarantees().held().getOrDefault(limit, false);
    }

    @Test
    void theSelfTestFindsWhatHolds() {
        assertThat(local.guarantees().held()).containsEntry("sandbox", true).containsEntry("kill", true);
    }

    @Test
    void aDirectoryIsAnImageThatNoCommandChanges() throws Exception {
        Path image = ShellImage.create(data.resolve("image"));
        SandboxId id = new SandboxId(UUID.randomUUID());
        local.create(new SandboxSpec(id, List.of(image), "/srv/work", LIMITS, Duration.ofMinutes(5)));
        try {
            String command =
                    "pwd; [ -e /usr/bin/env ] || echo no host; echo changed > /file; read line < /file; echo $line";

            assertThat(run(id, spec(command, Duration.ofSeconds(20))).output())
                    .isEqualTo("/srv/work\nno host\nchanged\n");
            assertThat(Files.readString(image.resolve("file"))).isEqualTo("original\n");
        } finally {
            local.destroy(id);
        }
    }

    @Test
    void framesThatAreNoneEndTheirConnectionAlone() throws Exception {
        Random random = new Random(1);
        Path socket = data.resolve("run").resolve(sandbox + ".sock");
        for (int i = 0; i < 300; i++) {
            byte[] frame = new byte[random.nextInt(64)];
            random.nextBytes(frame);
            if (random.nextBoolean() && frame.length > 5) {
                // A length that fits and a type that exists, so that the fields are looked at.
                ByteBuffer.wrap(frame).putInt(frame.length - 4).put((byte)
                        List.of(16, 17, 18, 19, 21).get(i % 5).intValue());
            }
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(ByteBuffer.wrap(frame));
            }
        }

        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @AfterAll
    void nothingIsLeft() throws IOException {
        assertThat(local.list()).isEmpty();
        assertThat(local.cgroups().sandboxes()).isEmpty();
        local.close();
        try (Stream<Path> left = Files.walk(data)) {
            assertThat(left.filter(path -> path.toString().endsWith(".sock"))).isEmpty();
        }
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
