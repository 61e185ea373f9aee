package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A keeper that a sandbox has taken over: it says what it likes, or takes nothing. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HostileKeeperTest {
    private static final long LATER = Duration.ofHours(1).toNanos();

    @TempDir
    private Path folder;

    private ServerSocketChannel listener;
    private Keeper keeper;

    @BeforeEach
    void listen() throws IOException {
        Path socket = folder.resolve("keeper.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket), 1);
        keeper = new Keeper(socket);
    }

    @AfterEach
    void close() throws IOException {
        keeper.close();
        listener.close();
    }

    @FunctionalInterface
    private interface Asking<T> {
        T of(Keeper keeper) throws SandboxException, IOException;
    }

    private static ExecSpec command() {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), "true", Duration.ofSeconds(5));
    }

    /** The way of a request to its end when the keeper says that, and no more. */
    private <T> CompletableFuture<T> answered(byte[] answer, Asking<T> request) throws IOException {
        CompletableFuture<T> asked = asked(request);
        try (SocketChannel connection = listener.accept()) {
            connection.write(ByteBuffer.wrap(answer));
            connection.shutdownOutput();
            asked.exceptionally(failed -> null).join();
        }
        return asked;
    }

    private <T> CompletableFuture<T> asked(Asking<T> request) {
        return Apart.call(() -> request.of(keeper));
    }

    static Stream<byte[]> answersThatAreNone() {
        return Stream.of(
                new FrameWriter(FrameType.PONG).text(3, "no id").toBytes(),
                new FrameWriter(FrameType.PONG).text(3, "").toBytes(),
                new FrameWriter(FrameType.PONG)
                        .text(3, "1-1-1-1-ffffffffffffffffff")
                        .toBytes(),
                new FrameWriter(FrameType.PONG).number(1, -1).toBytes(),
                new FrameWriter(FrameType.PONG).number(1, 1L << 40).toBytes(),
                new FrameWriter(FrameType.PONG).field(1, new byte[20]).toBytes(),
                new FrameWriter(FrameType.EXITED).toBytes(),
                new FrameWriter(99).toBytes(),
                new byte[] {0, 0, 0, 0, 35},
                new byte[] {-1, -1, -1, -1, 35},
                new byte[] {0, 0, 0, 3, 35, 1, 0},
                new byte[] {127, 0, 0, 0, 35});
    }

    @ParameterizedTest
    @MethodSource("answersThatAreNone")
    void anAnswerThatIsNoneIsAFailureToSpeak(byte[] answer) throws IOException {
        assertThatThrownBy(() -> answered(answer, Keeper::ping).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void whoTalksNonsenseIsNotDead() throws Exception {
        CompletableFuture<Boolean> dead = Apart.supply(keeper::isDead);
        try (SocketChannel connection = listener.accept()) {
            connection.write(ByteBuffer.wrap(
                    new FrameWriter(FrameType.PONG).text(3, "no id").toBytes()));

            assertThat(dead.join()).isFalse();
        }
    }

    private static byte[] output(long offset, int stream) {
        ByteBuffer frame = ByteBuffer.allocate(18);
        return frame.putInt(14)
                .put((byte) FrameType.OUTPUT)
                .putLong(offset)
                .put((byte) stream)
                .putInt(7)
                .array();
    }

    static Stream<byte[]> endsThatCanNotBe() {
        return Stream.of(
                new FrameWriter(FrameType.EXITED).toBytes(),
                new FrameWriter(FrameType.EXITED).number(1, 256).toBytes(),
                new FrameWriter(FrameType.EXITED).number(1, -1).toBytes(),
                new FrameWriter(FrameType.EXITED).number(2, 1000).toBytes(),
                new FrameWriter(FrameType.EXITED).number(1, 0).number(4, -1).toBytes(),
                new FrameWriter(FrameType.EXITED)
                        .number(1, 0)
                        .number(6, Long.MAX_VALUE)
                        .toBytes(),
                new FrameWriter(FrameType.EXITED)
                        .number(1, 0)
                        .number(5, Long.MIN_VALUE)
                        .toBytes(),
                new FrameWriter(FrameType.EXITED)
                        .number(1, 0)
                        .number(7, Long.MAX_VALUE)
                        .toBytes(),
                new FrameWriter(FrameType.FAILED).number(4, -1).toBytes(),
                new FrameWriter(FrameType.FAILED).field(3, new byte[9]).toBytes(),
                output(-1, 0),
                output(Long.MAX_VALUE, 0),
                output(Long.MAX_VALUE - 4, 1),
                output(0, 3),
                new byte[] {0, 0, 0, 2, 32, 0});
    }

    @ParameterizedTest
    @MethodSource("endsThatCanNotBe")
    void anEndThatCanNotBeLeavesTheCommandsFateUnknown(byte[] answer) throws IOException {
        assertThatThrownBy(() -> answered(answer, one -> one.execute(command(), (stream, offset, bytes) -> {}))
                        .get())
                .cause()
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        broken -> assertThat(broken.kind()).isEqualTo(Kind.UNKNOWN));
    }

    @Test
    void whatItSaysOfAFailureIsOneLine() throws IOException {
        byte[] answer = new FrameWriter(FrameType.FAILED)
                .text(1, "find the user")
                .text(2, "nobody\n[9/9/99] forged \u001b[31m")
                .number(4, 1)
                .toBytes();

        assertThatThrownBy(() -> answered(answer, one -> one.execute(command(), (stream, offset, bytes) -> {}))
                        .get())
                .cause()
                .isInstanceOf(SandboxException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .isEqualTo("could not find the user nobody\ufffd[9/9/99] forged \ufffd[31m (errno 0)");
    }

    @Test
    void noBytesWhateverAreMoreThanAFailure() throws Exception {
        Random random = new Random(1);
        List<Integer> types = List.of(FrameType.OUTPUT, FrameType.EXITED, FrameType.FAILED, FrameType.PONG);
        for (int i = 0; i < 500; i++) {
            byte[] answer = new byte[5 + random.nextInt(40)];
            random.nextBytes(answer);
            ByteBuffer.wrap(answer)
                    .putInt(answer.length - 4)
                    .put(types.get(random.nextInt(types.size())).byteValue());
            if (answer.length > 10 && random.nextBoolean()) {
                ByteBuffer.wrap(answer, 6, 4).putInt(random.nextInt(9));
            }

            for (Asking<?> request :
                    List.<Asking<?>>of(Keeper::ping, one -> one.execute(command(), (stream, offset, bytes) -> {}))) {
                assertNothingButFailures(answer, request);
            }
        }
    }

    private void assertNothingButFailures(byte[] answer, Asking<?> request) throws Exception {
        // A connection that was good is kept, and would be taken again.
        keeper.close();
        keeper = new Keeper(folder.resolve("keeper.sock"));
        try {
            answered(answer, request).get();
        } catch (ExecutionException failed) {
            assertThat(failed).cause().isInstanceOfAny(IOException.class, SandboxException.class);
            assertThat(failed.getMessage()).doesNotContainPattern("\\p{Cntrl}");
        }
    }

    private void acknowledgeMany() {
        for (int i = 0; i < 50_000; i++) {
            keeper.acknowledge(new ExecId(UUID.randomUUID()));
        }
    }

    /** The watchdog serves all sandboxes: it may wait for none. */
    @Test
    void aKeeperThatReadsNothingDoesNotHoldTheWatchdogUp() throws IOException {
        acknowledgeMany();

        keeper.sweep();

        try (SocketChannel connection = listener.accept()) {
            assertThat(connection.isConnected()).isTrue();
        }
    }

    @Test
    void aKillThatIsNotTakenHasAnEnd() throws Exception {
        acknowledgeMany();
        CompletableFuture<Boolean> asked = asked(one -> {
            one.kill(new ExecId(UUID.randomUUID()));
            return true;
        });
        try (SocketChannel connection = listener.accept()) {
            assertThat(connection.isConnected()).isTrue();
            sweepUntil(asked);
        }

        assertThatThrownBy(asked::get).cause().isInstanceOf(IOException.class);
    }

    @Test
    void aKeeperThatTakesNoConnectionsIsNotWaitedForForEver() throws Exception {
        List<SocketChannel> queue = fillQueue();
        CompletableFuture<KeeperStatus> asked = asked(Keeper::ping);
        CompletableFuture<Boolean> dead = Apart.supply(keeper::isDead);
        try {
            sweepUntil(asked);
            sweepUntil(dead);
            acknowledgeMany();
            keeper.sweep();
        } finally {
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
        }

        assertThatThrownBy(asked::get).cause().isInstanceOf(IOException.class);
        assertThat(dead.join()).isFalse();
    }

    /** As many as may wait to be accepted: the next one's connect(2) blocks. */
    private List<SocketChannel> fillQueue() throws IOException {
        SocketChannel first = SocketChannel.open(listener.getLocalAddress());
        SocketChannel second = SocketChannel.open(listener.getLocalAddress());
        return List.of(first, second);
    }

    /** An hour later by the watchdog's clock, again and again: whoever waits now is overdue then. */
    private void sweepUntil(CompletableFuture<?> asked) {
        while (!asked.isDone()) {
            keeper.sweep(System.nanoTime() + LATER);
            Thread.onSpinWait();
        }
    }
}
