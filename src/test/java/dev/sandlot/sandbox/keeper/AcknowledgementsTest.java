package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.ExecId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
    private final Acknowledgements acknowledgements = new Acknowledgements();

    private static List<Frame> frames(ByteBuffer bytes) throws Exception {
        List<Frame> frames = new ArrayList<>();
        while (bytes.hasRemaining()) {
            frames.add(AnswerDecoder.withoutOutput().decode(bytes).orElseThrow());
        }
        return frames;
    }

    @Test
    void theyGoBeforeTheNextRequestOnce() throws Exception {
        ExecId one = new ExecId(UUID.randomUUID());
        ExecId two = new ExecId(UUID.randomUUID());
        acknowledgements.add(one);
        acknowledgements.add(two);

        List<Frame> first = frames(acknowledgements.before(Requests.ping()));
        List<Frame> second = frames(acknowledgements.before(Requests.ping()));

        assertThat(first).extracting(Frame::type).containsExactly(FrameType.ACK, FrameType.ACK, FrameType.PING);
        assertThat(first.subList(0, 2))
                .extracting(frame -> frame.fields().text(Tag.EXEC_ID))
                .containsExactly(one.toString(), two.toString());
        assertThat(second).extracting(Frame::type).containsExactly(FrameType.PING);
    }

    @Test
    void theyGoByThemselvesToo() throws Exception {
        assertThat(acknowledgements.take().hasRemaining()).isFalse();
        acknowledgements.add(new ExecId(UUID.randomUUID()));
        assertThat(acknowledgements.isEmpty()).isFalse();

        assertThat(frames(acknowledgements.take())).extracting(Frame::type).containsExactly(FrameType.ACK);

        assertThat(acknowledgements.isEmpty()).isTrue();
    }

    @Test
    void aKeeperThatIsGoneNeedsNone() {
        acknowledgements.add(new ExecId(UUID.randomUUID()));

        acknowledgements.clear();

        assertThat(acknowledgements.isEmpty()).isTrue();
    }
}
