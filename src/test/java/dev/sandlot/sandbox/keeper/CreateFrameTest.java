package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.CreateRequest.Container;
import dev.sandlot.sandbox.keeper.CreateRequest.ControlGroups;
import dev.sandlot.sandbox.keeper.CreateRequest.Network;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CreateFrameTest {
    private static final String ID = "01234567-89ab-cdef-0123-456789abcdef";
    private static final Path SOCKET = Path.of("/run/s.sock");
    private static final Path HOST_FILES = Path.of("/data/host");
    private static final ControlGroups NO_GROUPS = new ControlGroups(Optional.empty(), Set.of(), Map.of());
    private static final Network NETWORK =
            new Network(Path.of("/bin/slirp4netns"), Path.of("/sbin/nft"), "table\n", "127.0.0.1\tlocalhost\n", true);
    private static final Container CONTAINER = new Container(
            Path.of("/usr/bin/runsc"),
            List.of("--network=none", "--ignore-cgroups"),
            "{}",
            16 << 20,
            12,
            Set.of(RuntimeTrait.BLIND, RuntimeTrait.KERNEL));

    private static SandboxSpec spec(List<Path> layers, Optional<String> user) {
        return new SandboxSpec(
                new SandboxId(UUID.fromString(ID)),
                layers,
                "/workspace",
                new SandboxLimits(5, 1000, 3, 4, 256),
                Duration.ofHours(1),
                Optional.empty(),
                user);
    }

    private static SandboxSpec plain() {
        return spec(List.of(), Optional.empty());
    }

    private static CreateRequest request(Optional<HostIds> ids, ControlGroups groups) {
        return new CreateRequest(plain(), SOCKET, HOST_FILES, ids, groups, Optional.empty(), Optional.empty());
    }

    private static Fields fields(CreateRequest request) throws MalformedAnswerException {
        return AnswerDecoder.withoutOutput()
                .decode(ByteBuffer.wrap(CreateFrame.of(request)))
                .orElseThrow()
                .expect(FrameType.CREATE);
    }

    /** A frame that is put together by hand. */
    private static final class Bytes {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Bytes text(int tag, String text) {
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(
                    ByteBuffer.allocate(5).put((byte) tag).putInt(value.length).array());
            bytes.writeBytes(value);
            return this;
        }

        Bytes number(int tag, long number) {
            bytes.writeBytes(ByteBuffer.allocate(13)
                    .put((byte) tag)
                    .putInt(8)
                    .putLong(number)
                    .array());
            return this;
        }

        byte[] frame(int type) {
            return ByteBuffer.allocate(5 + bytes.size())
                    .putInt(1 + bytes.size())
                    .put((byte) type)
                    .put(bytes.toByteArray())
                    .array();
        }
    }

    @Test
    void thePlainestSandboxByteForByte() {
        byte[] expected = new Bytes()
                .text(1, ID)
                .text(2, "/run/s.sock")
                .text(4, "/data/host")
                .text(5, "sandbox")
                .number(15, 3600)
                .text(16, "/workspace")
                .number(10, 5)
                .number(11, 3)
                .number(12, 1000)
                .number(13, 4)
                .number(14, 256)
                .frame(1);

        assertThat(CreateFrame.of(request(Optional.empty(), NO_GROUPS))).isEqualTo(expected);
    }

    @Test
    void anImageIsItsLayersInOrderAndNotTheHost() throws Exception {
        CreateRequest request = new CreateRequest(
                spec(List.of(Path.of("/b"), Path.of("/a")), Optional.of("robot")),
                SOCKET,
                HOST_FILES,
                Optional.empty(),
                NO_GROUPS,
                Optional.empty(),
                Optional.empty());

        Fields fields = fields(request);

        assertThat(fields.texts(Tag.SANDBOX_LAYER)).containsExactly("/b", "/a");
        assertThat(fields.has(Tag.SANDBOX_HOST_IMAGE)).isFalse();
        assertThat(fields.texts(Tag.SANDBOX_USER)).containsExactly("robot");
    }

    @Test
    void aRangeOfIds() throws Exception {
        Fields fields = fields(request(Optional.of(new HostIds.Range(1L << 28)), NO_GROUPS));

        assertThat(fields.number(Tag.SANDBOX_UID_BASE, Long.MAX_VALUE)).isEqualTo(1L << 28);
        assertThat(fields.number(Tag.SANDBOX_UID_COUNT, Long.MAX_VALUE)).isEqualTo(65_536);
        assertThat(fields.has(Tag.SANDBOX_UID_TOOL)).isFalse();
    }

    @Test
    void idsThatAreGranted() throws Exception {
        HostIds granted =
                new HostIds.Granted(Path.of("/bin/newuidmap"), Path.of("/bin/newgidmap"), 100_000, 200_000, 65_535);

        Fields fields = fields(request(Optional.of(granted), NO_GROUPS));

        assertThat(fields.texts(Tag.SANDBOX_UID_TOOL)).containsExactly("/bin/newuidmap");
        assertThat(fields.texts(Tag.SANDBOX_GID_TOOL)).containsExactly("/bin/newgidmap");
        assertThat(fields.number(Tag.SANDBOX_GRANTED_UIDS, Long.MAX_VALUE)).isEqualTo(100_000);
        assertThat(fields.number(Tag.SANDBOX_GRANTED_GIDS, Long.MAX_VALUE)).isEqualTo(200_000);
        assertThat(fields.number(Tag.SANDBOX_GRANTED_COUNT, Long.MAX_VALUE)).isEqualTo(65_535);
        assertThat(fields.has(Tag.SANDBOX_UID_BASE)).isFalse();
    }

    @Test
    void idsThatCanNotBeAreRefused() {
        Path tool = Path.of("/x");

        assertThatThrownBy(() -> new HostIds.Range(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HostIds.Granted(tool, tool, 1, 1, 65_536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HostIds.Granted(tool, tool, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void controlGroupsOfBothVersions() throws Exception {
        ControlGroups groups = new ControlGroups(
                Optional.of(Path.of("/cg2/x")),
                Set.of("pids"),
                Map.of("memory", Path.of("/cg1/memory/x"), "cpu", Path.of("/cg1/cpu/x")));

        Fields fields = fields(request(Optional.empty(), groups));

        assertThat(fields.texts(Tag.SANDBOX_CGROUP2)).containsExactly("/cg2/x");
        assertThat(fields.texts(Tag.SANDBOX_CGROUP1))
                .containsExactly("pids=", "cpu=/cg1/cpu/x", "memory=/cg1/memory/x");
    }

    @Test
    void aNetwork() throws Exception {
        CreateRequest request = new CreateRequest(
                plain(), SOCKET, HOST_FILES, Optional.empty(), NO_GROUPS, Optional.of(NETWORK), Optional.empty());

        Fields fields = fields(request);

        assertThat(fields.texts(Tag.SANDBOX_CARRIER)).containsExactly("/bin/slirp4netns");
        assertThat(fields.texts(Tag.SANDBOX_FILTER_TOOL)).containsExactly("/sbin/nft");
        assertThat(fields.texts(Tag.SANDBOX_FILTER)).containsExactly("table\n");
        assertThat(fields.texts(Tag.SANDBOX_HOSTS)).containsExactly("127.0.0.1\tlocalhost\n");
        assertThat(fields.texts(Tag.SANDBOX_RESOLVES)).containsExactly("");
    }

    @Test
    void aContainer() throws Exception {
        CreateRequest request = new CreateRequest(
                plain(), SOCKET, HOST_FILES, Optional.empty(), NO_GROUPS, Optional.empty(), Optional.of(CONTAINER));

        Fields fields = fields(request);

        assertThat(fields.texts(Tag.SANDBOX_RUNTIME)).containsExactly("/usr/bin/runsc");
        assertThat(fields.texts(Tag.SANDBOX_RUNTIME_ARGUMENT)).containsExactly("--network=none", "--ignore-cgroups");
        assertThat(fields.texts(Tag.SANDBOX_RUNTIME_CONFIG)).containsExactly("{}");
        assertThat(fields.number(Tag.SANDBOX_RUNTIME_MEMORY, Long.MAX_VALUE)).isEqualTo(16 << 20);
        assertThat(fields.number(Tag.SANDBOX_RUNTIME_PIDS, Long.MAX_VALUE)).isEqualTo(12);
        assertThat(fields.number(Tag.SANDBOX_RUNTIME_FLAGS, Long.MAX_VALUE)).isEqualTo(3);
    }

    @Test
    void aContainerHasNoNetwork() {
        assertThatThrownBy(() -> new CreateRequest(
                        plain(),
                        SOCKET,
                        HOST_FILES,
                        Optional.empty(),
                        NO_GROUPS,
                        Optional.of(NETWORK),
                        Optional.of(CONTAINER)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
