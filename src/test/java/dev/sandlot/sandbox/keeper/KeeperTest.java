package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
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
        CompletableFuture<Boolean> dead = Apart.supply(keeper::isDead);
        try (SocketChannel connection = listener.accept()) {
            connection.write(ByteBuffer.wrap(new FrameWriter(FrameType.PONG).toBytes()));

            assertThat(dead.join()).isFalse();
        }
    }

    @Test
    void aKeeperThatStillListensAndBreaksItsConnectionsIsDead() throws Exception {
        CompletableFuture<Boolean> dead = Apart.supply(keeper::isDead);
        listener.accept().close();

        assertThat(dead.join()).isTrue();
    }

    @Test
    void aKeeperThatIsSilentIsNotDead() throws Exception {
        CompletableFuture<Boolean> dead = Apart.supply(keeper::isDead);
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

    private static ExecSpec command() {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), "true", Duration.ofSeconds(5));
    }

    /** Something that is asked of the keeper, on a thread of its own. */
    @FunctionalInterface
    private interface Asking<T> {
        T of(Keeper keeper) throws Exception;
    }

    private <T> CompletableFuture<T> asked(Asking<T> asking) {
        return Apart.call(() -> asking.of(keeper));
    }

    private CompletableFuture<ExecReport> executed() {
        return asked(one -> one.execute(command(), (stream, offset, bytes) -> {}));
    }

    /** An hour later by the watchdog's clock, again and again: whoever waits now is overdue then. */
    private void sweepUntil(CompletableFuture<?> asked) {
        while (!asked.isDone()) {
            keeper.sweep(System.nanoTime() + Duration.ofHours(1).toNanos());
            Thread.onSpinWait();
        }
    }

    private static void assertKind(CompletableFuture<?> asked, Kind kind) {
        assertThatThrownBy(asked::get)
                .cause()
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(kind));
    }

    /** The next frame that the keeper reads. */
    private static Frame next(SocketChannel connection, ByteBuffer arrived) throws IOException {
        while (true) {
            Optional<Frame> frame = AnswerDecoder.withoutOutput().decode(arrived);
            if (frame.isPresent()) {
                return frame.get();
            }
            arrived.compact();
            assertThat(connection.read(arrived)).isPositive();
            arrived.flip();
        }
    }

    private static void answer(SocketChannel connection, FrameWriter frame) throws IOException {
        connection.write(frame.toBuffer());
    }

    @Test
    void aConnectionIsUsedAgainAndTakesAcknowledgementsAlong() throws Exception {
        ExecId stored = new ExecId(UUID.randomUUID());
        CompletableFuture<ExecReport> first = executed();
        try (SocketChannel connection = listener.accept()) {
            ByteBuffer arrived = ByteBuffer.allocate(4096).flip();
            assertThat(next(connection, arrived).type()).isEqualTo(FrameType.EXEC);
            answer(connection, new FrameWriter(FrameType.EXITED).number(Tag.EXITED_CODE, 3));
            assertThat(first.get().outcome()).isEqualTo(new ExecOutcome.Exited(3));
            keeper.acknowledge(stored);

            CompletableFuture<KeeperStatus> second = asked(Keeper::ping);

            assertThat(next(connection, arrived).expect(FrameType.ACK).text(Tag.EXEC_ID))
                    .isEqualTo(stored.toString());
            assertThat(next(connection, arrived).type()).isEqualTo(FrameType.PING);
            answer(connection, new FrameWriter(FrameType.PONG).number(Tag.PONG_UID_BASE, 65_536));
            assertThat(second.get().uidBase()).isEqualTo(65_536);
        }
    }

    @Test
    void aCommandThatCouldNotBeSentNeverRan() throws Exception {
        CompletableFuture<KeeperStatus> first = asked(Keeper::ping);
        try (SocketChannel connection = listener.accept()) {
            answer(connection, new FrameWriter(FrameType.PONG));
            first.get();
        }

        assertKind(executed(), Kind.NOT_STARTED);
    }

    @Test
    void whatBecameOfACommandThatWasSentIsNotKnown() throws Exception {
        CompletableFuture<ExecReport> asked = executed();
        try (SocketChannel connection = listener.accept()) {
            next(connection, ByteBuffer.allocate(4096).flip());
        }

        assertKind(asked, Kind.UNKNOWN);
    }

    @Test
    void whoDoesNotAnswerInTimeDoesNotAnswer() throws Exception {
        CompletableFuture<ExecReport> asked = executed();
        try (SocketChannel connection = listener.accept()) {
            next(connection, ByteBuffer.allocate(4096).flip());
            sweepUntil(asked);
        }

        assertKind(asked, Kind.NO_ANSWER);
    }

    /** The same, whose thread can be interrupted. */
    private <T> CompletableFuture<T> asked(Asking<T> asking, CompletableFuture<Thread> thread) {
        return asked(one -> {
            thread.complete(Thread.currentThread());
            return asking.of(one);
        });
    }

    @Test
    void aThreadThatIsInterruptedLearnsNothingOfTheKeeper() throws Exception {
        List<Asking<?>> all = List.of(
                one -> one.execute(command(), (stream, offset, bytes) -> {}),
                one -> one.attach(
                        command().id(), new KnownOutput(0, 0), Duration.ofSeconds(5), (stream, offset, bytes) -> {}),
                Keeper::ping,
                one -> one.connect(80, Duration.ofMinutes(1)));
        for (Asking<?> asking : all) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            CompletableFuture<?> asked = asked(asking, thread);
            try (SocketChannel connection = listener.accept()) {
                next(connection, ByteBuffer.allocate(4096).flip());
                thread.join().interrupt();

                assertKind(asked, Kind.INTERRUPTED);
            }
        }
    }

    @Test
    void aThreadThatWasInterruptedBeforeAsksNobody() throws Exception {
        List<Asking<?>> all = List.of(
                one -> one.execute(command(), (stream, offset, bytes) -> {}),
                one -> {
                    one.kill(command().id());
                    return one;
                },
                one -> {
                    one.destroy();
                    return one;
                },
                one -> one.connect(80, Duration.ofMinutes(1)));
        for (Asking<?> asking : all) {
            CompletableFuture<?> asked = asked(one -> {
                Thread.currentThread().interrupt();
                return asking.of(one);
            });

            assertKind(asked, Kind.INTERRUPTED);
        }
    }

    @Test
    void aThreadThatIsInterruptedFindsNobodyDead() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Boolean> dead = asked(Keeper::isDead, thread);
        try (SocketChannel connection = listener.accept()) {
            next(connection, ByteBuffer.allocate(4096).flip());
            thread.join().interrupt();

            assertThat(dead.join()).isFalse();
        }
    }

    private static void isKilledBehind(SocketChannel connection, ByteBuffer arrived, ExecSpec spec) throws IOException {
        assertThat(next(connection, arrived).expect(FrameType.EXEC).text(Tag.EXEC_ID))
                .isEqualTo(spec.id().toString());
        assertThat(next(connection, arrived).expect(FrameType.KILL).text(Tag.EXEC_ID))
                .isEqualTo(spec.id().toString());
        answer(connection, new FrameWriter(FrameType.EXITED).number(Tag.EXITED_FLAGS, 4));
    }

    @Test
    void aKillGoesBehindItsCommandAndOnce() throws Exception {
        ExecSpec spec = command();
        CompletableFuture<ExecReport> asked = asked(one -> one.execute(spec, (stream, offset, bytes) -> {}));
        try (SocketChannel connection = listener.accept()) {
            ByteBuffer arrived = ByteBuffer.allocate(4096).flip();
            assertThat(connection.read(arrived.compact())).isPositive();
            arrived.flip();

            keeper.kill(spec.id());
            keeper.kill(spec.id());

            isKilledBehind(connection, arrived, spec);
            assertThat(asked.get().outcome()).isEqualTo(new ExecOutcome.Cancelled());
            CompletableFuture<KeeperStatus> pinged = asked(Keeper::ping);
            assertThat(next(connection, arrived).type()).isEqualTo(FrameType.PING);
            answer(connection, new FrameWriter(FrameType.PONG));
            pinged.get();
        }
    }

    private static void readTo(int length, SocketChannel connection, ByteBuffer arrived) throws IOException {
        while (arrived.position() < length) {
            assertThat(connection.read(arrived)).isPositive();
        }
    }

    @Test
    void oneThatIsKilledWhileItIsBeingSentIsKilledBehindThat() throws Exception {
        ExecSpec spec = ExecSpec.of(new ExecId(UUID.randomUUID()), "x".repeat(3 << 20), Duration.ofSeconds(5));
        CompletableFuture<ExecReport> asked = asked(one -> one.execute(spec, (stream, offset, bytes) -> {}));
        try (SocketChannel connection = listener.accept()) {
            ByteBuffer arrived = ByteBuffer.allocate(4 << 20);
            readTo(5, connection, arrived);
            int end = Integer.BYTES + arrived.getInt(0);
            assertThat(arrived.get(Integer.BYTES)).isEqualTo((byte) FrameType.EXEC);
            assertThat(arrived.position()).as("more than a socket holds").isLessThan(end);

            keeper.kill(spec.id());

            readTo(end, connection, arrived);
            assertThat(next(connection, arrived.flip().position(end)).type()).isEqualTo(FrameType.KILL);
            answer(connection, new FrameWriter(FrameType.EXITED).number(Tag.EXITED_FLAGS, 4));
            assertThat(asked.get().outcome()).isEqualTo(new ExecOutcome.Cancelled());
        }
    }

    @Test
    void oneThatWasCancelledBeforeIsNotSent() throws Exception {
        ExecReport report = keeper.execute(command().withCancelled(() -> true), (stream, offset, bytes) -> {});

        assertThat(report).isEqualTo(ExecReport.NEVER_BEGAN);
        CompletableFuture<KeeperStatus> pinged = asked(Keeper::ping);
        try (SocketChannel connection = listener.accept()) {
            assertThat(next(connection, ByteBuffer.allocate(4096).flip()).type())
                    .as("the first that it hears of")
                    .isEqualTo(FrameType.PING);
            answer(connection, new FrameWriter(FrameType.PONG));
            pinged.get();
        }
    }

    @Test
    void oneThatIsCancelledRightBeforeItIsLookedForDies() throws Exception {
        ExecSpec spec = command();
        CompletableFuture<Void> asking = new CompletableFuture<>();
        CompletableFuture<Void> killed = new CompletableFuture<>();
        // It was not cancelled when that was asked for, and is before the answer comes.
        CompletableFuture<ExecReport> asked = asked(one -> one.execute(
                spec.withCancelled(() -> {
                    asking.complete(null);
                    killed.join();
                    return false;
                }),
                (stream, offset, bytes) -> {}));
        asking.join();

        keeper.kill(spec.id());
        killed.complete(null);

        assertThat(asked.get()).isEqualTo(ExecReport.NEVER_BEGAN);
    }

    @Test
    void aKillOfOneThatWasNotSentFromHereGoesItsOwnWay() throws Exception {
        ExecId id = new ExecId(UUID.randomUUID());
        CompletableFuture<?> killed = asked(one -> {
            one.kill(id);
            return id;
        });
        try (SocketChannel connection = listener.accept()) {
            assertThat(next(connection, ByteBuffer.allocate(4096).flip())
                            .expect(FrameType.KILL)
                            .text(Tag.EXEC_ID))
                    .isEqualTo(id.toString());
            killed.get();
        }
    }

    @Test
    void whoIsInterruptedBeforeTheyKillLeavesTheCommandItsConnection() throws Exception {
        ExecSpec spec = command();
        CompletableFuture<Boolean> isHeard = new CompletableFuture<>();
        CompletableFuture<ExecReport> asked =
                asked(one -> one.execute(spec, (stream, offset, bytes) -> isHeard.complete(true)));
        try (SocketChannel connection = listener.accept()) {
            ByteBuffer arrived = ByteBuffer.allocate(4096).flip();
            assertThat(next(connection, arrived).type()).isEqualTo(FrameType.EXEC);
            // Who hears of an output knows that all of the request was sent; before, it is theirs to send the kill.
            connection.write(ByteBuffer.allocate(15)
                    .putInt(11)
                    .put((byte) FrameType.OUTPUT)
                    .putLong(0)
                    .put((byte) 0)
                    .put((byte) 'x')
                    .flip());
            assertThat(isHeard.get(20, TimeUnit.SECONDS)).isTrue();
            assertKind(
                    asked(one -> {
                        Thread.currentThread().interrupt();
                        one.kill(spec.id());
                        return one;
                    }),
                    Kind.INTERRUPTED);

            answer(connection, new FrameWriter(FrameType.EXITED).number(Tag.EXITED_CODE, 3));
            assertThat(asked.get().outcome()).isEqualTo(new ExecOutcome.Exited(3));
        }
    }

    @Test
    void aStreamBeginsWhereTheAnswerEnds() throws Exception {
        CompletableFuture<SandboxStream> asked = asked(one -> one.connect(80, Duration.ofMinutes(1)));
        try (SocketChannel connection = listener.accept()) {
            ByteBuffer arrived = ByteBuffer.allocate(4096).flip();
            assertThat(next(connection, arrived).expect(FrameType.CONNECT).number(Tag.CONNECT_PORT, 80))
                    .isEqualTo(80);
            connection.write(ByteBuffer.allocate(10)
                    .put(new FrameWriter(FrameType.CONNECTED).toBuffer())
                    .put("hello".getBytes(StandardCharsets.US_ASCII))
                    .flip());

            try (SandboxStream stream = asked.get()) {
                assertThat(stream.input().readNBytes(5)).asString().isEqualTo("hello");
                stream.output().write('x');
                assertThat(connection.read(arrived.clear())).isOne();
                assertThat(arrived.get(0)).isEqualTo((byte) 'x');
            }
            assertThat(connection.read(arrived.clear())).isNegative();
        }
    }

    @Test
    void aStreamThatIsSilentForTooLongFails() throws Exception {
        CompletableFuture<SandboxStream> connected = asked(one -> one.connect(80, Duration.ofMinutes(1)));
        try (SocketChannel connection = listener.accept()) {
            answer(connection, new FrameWriter(FrameType.CONNECTED));
            try (SandboxStream stream = connected.get()) {
                CompletableFuture<Integer> read = asked(one -> stream.input().read());
                sweepUntil(read);

                assertThatThrownBy(read::get).cause().isInstanceOf(SocketTimeoutException.class);
            }
        }
    }
}
