package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.worker.Workers;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AnswerStreamTest {
    private static final byte[] LONG = new byte[3 * AnswerStream.SHORT];

    private final SlowClient client = new SlowClient();
    private final AnswerStream stream = new AnswerStream(client, () -> client.now);
    private final Workers workers = new Workers(Runnable::run);

    /** What the container is told, and has sent. */
    private static final class SlowClient extends ServletOutputStream implements AnswerStream.Client {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private Duration each = Duration.ZERO;
        private long now;
        private int length = -1;
        private int held;
        private boolean flushed;
        private boolean closed;

        @Override
        public ServletOutputStream stream() {
            assertThat(Workers.isWorker()).as("only workers wait for clients").isTrue();
            return this;
        }

        @Override
        public void length(int bytes) {
            length = bytes;
        }

        @Override
        public void holds(int bytes) {
            held = bytes;
        }

        @Override
        public void write(int one) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            now += each.toNanos();
            sent.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            flushed = true;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new AssertionError("nobody listens");
        }
    }

    private void asWorker(Executable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        workers.execute(() -> {
            try {
                work.execute();
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        });
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    @Test
    void whatARequestThreadWritesWaitsForAWorker() throws IOException {
        stream.write(LONG);
        stream.flush();
        stream.close();
        assertThat(client.sent.size()).isZero();

        asWorker(stream::finish);

        assertThat(client.sent.toByteArray()).isEqualTo(LONG);
        assertThat(client.length).isEqualTo(LONG.length);
        assertThat(client.closed).isTrue();
    }

    @Test
    void aShortAnswerGoesOutAtOnceWithItsLength() {
        asWorker(() -> {
            stream.write(new byte[] {1, 2, 3});
            assertThat(client.sent.size()).isZero();
            stream.finish();
        });

        assertThat(client.sent.toByteArray()).containsExactly(1, 2, 3);
        assertThat(client.length).isEqualTo(3);
        assertThat(client.held).isZero();
    }

    @Test
    void ofAFinishedAnswerNothingIsLeftForAnotherThread() {
        asWorker(() -> {
            stream.write(new byte[] {1, 2, 3});
            stream.finish();
        });

        assertThat(client.closed).isTrue();
    }

    @Test
    void aLongAnswerOfAWorkerGoesOutAsItComes() {
        asWorker(() -> {
            stream.write(new byte[] {1});
            stream.write(LONG);
        });

        assertThat(client.sent.size()).isEqualTo(1 + LONG.length);
        assertThat(client.length).isEqualTo(-1);
        assertThat(client.held).isEqualTo(1 + LONG.length);
    }

    @Test
    void anEventGoesOutWhenItIsFlushed() {
        asWorker(() -> {
            stream.write(new byte[] {1});
            stream.flush();
            assertThat(client.sent.size()).isOne();
            assertThat(client.flushed).isTrue();
            assertThat(client.closed).isFalse();
            stream.write(new byte[] {2});
            stream.finish();
        });

        assertThat(client.sent.toByteArray()).containsExactly(1, 2);
        assertThat(client.length).isEqualTo(-1);
    }

    @Test
    void aClientWithoutAPaceIsCutOff() {
        client.each = Duration.ofSeconds(20);

        assertThatThrownBy(() -> asWorker(() -> stream.write(new byte[100 * AnswerStream.SHORT])))
                .hasRootCauseMessage("the client reads too slowly");

        assertThat(client.sent.size()).isLessThan(10 * AnswerStream.SHORT);
    }

    @Test
    void aSlowClientWithAPaceGetsItsAnswer() {
        client.each = Duration.ofSeconds(1);
        byte[] large = new byte[200 * AnswerStream.SHORT];
        Arrays.fill(large, (byte) 7);

        asWorker(() -> stream.write(large));

        assertThat(client.sent.toByteArray()).isEqualTo(large);
    }
}
