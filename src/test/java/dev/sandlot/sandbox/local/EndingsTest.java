package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.Keeper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EndingsTest {
    private static final byte PONG = 35;
    private static final byte DESTROYED = 37;

    @TempDir
    private Path folder;

    private SandboxTraces traces;

    @BeforeEach
    void begin() {
        traces = new SandboxTraces(new CgroupLayout(Optional.empty(), Set.of(), Map.of()), folder);
    }

    private Endings endings(int ranges) {
        return new Endings(
                traces,
                new UidRanges(new LocalConfig(folder, 1L << 28, ranges, false, Optional.empty(), Optional.empty(), 0)));
    }

    private static SandboxId newSandbox() {
        return new SandboxId(UUID.randomUUID());
    }

    private ServerSocketChannel listen(SandboxId sandbox) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(traces.socket(sandbox)));
        return listener;
    }

    private static void answer(SocketChannel connection, byte type) throws IOException {
        connection.read(ByteBuffer.allocate(64));
        connection.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, type}));
    }

    private static CompletableFuture<Boolean> end(Endings endings, SandboxId sandbox, Keeper keeper) {
        return Apart.call(() -> {
            endings.end(sandbox, keeper, () -> {});
            return true;
        });
    }

    private static void end(Endings endings, ServerSocketChannel listener, SandboxId sandbox, Keeper keeper)
            throws IOException {
        CompletableFuture<Boolean> ended = end(endings, sandbox, keeper);
        try (SocketChannel connection = listener.accept()) {
            answer(connection, DESTROYED);
            ended.join();
        }
    }

    @Test
    void whoEndsOneThatIsBeingEndedWaits() throws Exception {
        Endings endings = endings(1);
        SandboxId sandbox = newSandbox();
        try (ServerSocketChannel listener = listen(sandbox);
                Keeper keeper = new Keeper(traces.socket(sandbox))) {
            CompletableFuture<Boolean> first = end(endings, sandbox, keeper);
            try (SocketChannel connection = listener.accept()) {
                connection.read(ByteBuffer.allocate(64));
                Files.delete(traces.socket(sandbox));
                CompletableFuture<Boolean> second = end(endings, sandbox, keeper);

                assertThat(second.completeOnTimeout(false, 300, TimeUnit.MILLISECONDS)
                                .join())
                        .isFalse();
                connection.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, DESTROYED}));
                assertThat(first.join()).isTrue();
            }
        }
    }

    @Test
    void aKeeperThatLivesAndDoesNotEndItsSandboxIsNotTakenForGone() throws Exception {
        Endings endings = endings(1);
        SandboxId sandbox = newSandbox();
        try (ServerSocketChannel listener = listen(sandbox);
                Keeper keeper = new Keeper(traces.socket(sandbox))) {
            CompletableFuture<Boolean> ended = end(endings, sandbox, keeper);
            try (SocketChannel connection = listener.accept()) {
                answer(connection, PONG);
            }
            try (SocketChannel connection = listener.accept()) {
                answer(connection, PONG);

                isUnanswered(ended);
            }
            assertThat(traces.hasSocket(sandbox)).isTrue();
        }
    }

    private static void isUnanswered(CompletableFuture<?> asked) {
        assertThatThrownBy(asked::join)
                .cause()
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        broken -> assertThat(broken.kind()).isEqualTo(Kind.NO_ANSWER));
    }

    @Test
    void aSandboxWhoseKeeperIsGoneHasEnded() throws Exception {
        Endings endings = endings(1);
        SandboxId sandbox = newSandbox();
        listen(sandbox).close();
        try (Keeper keeper = new Keeper(traces.socket(sandbox))) {
            assertThat(end(endings, sandbox, keeper).join()).isTrue();
            assertThat(traces.hasSocket(sandbox)).isFalse();
        }
    }

    @Test
    void oneThatIsBeingMadeKeepsItsRange() throws Exception {
        Endings endings = endings(1);
        SandboxId sandbox = newSandbox();
        endings.making(sandbox);
        assertThat(endings.takeRange(sandbox)).isPresent();

        assertThatThrownBy(() -> endings.requireClean(sandbox)).isInstanceOf(SandboxException.class);

        assertThat(endings.takeRange(newSandbox())).isEmpty();
        endings.made(sandbox);
        endings.requireClean(sandbox);
        assertThat(endings.takeRange(newSandbox())).isPresent();
    }

    @Test
    void noMoreThanOneIsCleanedUpForARange() throws Exception {
        Endings endings = endings(2);
        SandboxId[] all = {newSandbox(), newSandbox()};
        for (SandboxId sandbox : all) {
            assertThat(endings.takeRange(sandbox)).isPresent();
            try (ServerSocketChannel listener = listen(sandbox);
                    Keeper keeper = new Keeper(traces.socket(sandbox))) {
                end(endings, listener, sandbox, keeper);
            }
        }

        assertThat(endings.takeRange(newSandbox())).isPresent();

        assertThat(all).filteredOn(traces::hasSocket).hasSize(1);
    }
}
