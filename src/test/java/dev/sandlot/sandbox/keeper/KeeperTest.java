package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
    @TempDir
    private Path folder;

    private ServerSocketChannel listener;
    private Keeper keeper;

    @BeforeEach
    void listen() throws IOException {
        Path socket = folder.resolve("keeper.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        keeper = new Keeper(socket);
    }

    @AfterEach
    void close() throws IOException {
        keeper.close();
        listener.close();
    }

    @Test
    void aKeeperThatAnswersLives() throws Exception {
        CompletableFuture<Boolean> dead = CompletableFuture.supplyAsync(keeper::isDead);
        try (SocketChannel connection = listener.accept()) {
            connection.write(ByteBuffer.wrap(new FrameWriter(FrameType.PONG).toBytes()));

            assertThat(dead.join()).isFalse();
        }
    }

    @Test
    void aKeeperThatStillListensAndBreaksItsConnectionsIsDead() throws Exception {
        CompletableFuture<Boolean> dead = CompletableFuture.supplyAsync(keeper::isDead);
        listener.accept().close();

        assertThat(dead.join()).isTrue();
    }

    @Test
    void aKeeperThatIsSilentIsNotDead() throws Exception {
        CompletableFuture<Boolean> dead = CompletableFuture.supplyAsync(keeper::isDead);
        try (SocketChannel connection = listener.accept()) {
            connection.read(ByteBuffer.allocate(64));
            keeper.sweep(System.nanoTime() + Duration.ofMinutes(1).toNanos());

            assertThat(dead.join()).isFalse();
        }
    }

    @Test
    void nothingThatListensIsDead() throws Exception {
        listener.close();

        assertThat(keeper.isDead()).isTrue();
    }
}
