package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.OutputStreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerDecoderTest {
    private static final byte[] EXITED =
            new FrameWriter(FrameType.EXITED).number(Tag.EXITED_CODE, 3).toBytes();

    /** One piece of output, as a sink takes it. */
    private record Piece(OutputStreamKind stream, long offset, String text) {}

    private final List<Piece> pieces = new ArrayList<>();
    private final AnswerDecoder decoder = AnswerDecoder.withOutput((stream, offset, bytes) -> pieces.add(
            new Piece(stream, offset, StandardCharsets.UTF_8.decode(bytes).toString())));

    private static byte[] output(int stream, long offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(14 + bytes.length)
                .putInt(10 + bytes.length)
                .put((byte) FrameType.OUTPUT)
                .putLong(offset)
                .put((byte) stream)
                .put(bytes)
                .array();
    }

    private static byte[] all(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** As a connection does it: so many bytes come at once, and what was not taken is there with the next ones. */
    private static Optional<Frame> decode(AnswerDecoder decoder, byte[] bytes, int step) throws Exception {
        ByteBuffer arrived = ByteBuffer.allocate(bytes.length + step).flip();
        Optional<Frame> last = Optional.empty();
        for (int at = 0; at < bytes.length && last.isEmpty(); at += step) {
            arrived.compact().put(bytes, at, Math.min(step, bytes.length - at)).flip();
            last = decoder.decode(arrived);
        }
        return last;
    }

    private Optional<Frame> decode(byte[] bytes) throws Exception {
        return decode(decoder, bytes, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                FrameType.EXITED,
                FrameType.FAILED,
                FrameType.PONG,
                FrameType.READY,
                FrameType.DESTROYED,
                FrameType.CONNECTED,
                255
            })
    void aFrameWithFieldsIsTheEnd(int type) throws Exception {
        Frame frame = decode(new FrameWriter(type).text(1, "grün").toBytes()).orElseThrow();

        assertThat(frame.type()).isEqualTo(type);
        assertThat(frame.fields().text(1)).isEqualTo("grün");
    }

    @Test
    void aFrameMayHaveNoFields() throws Exception {
        assertThat(decode(new FrameWriter(FrameType.DESTROYED).toBytes())).isPresent();
    }

    @Test
    void outputGoesToTheSinkInOrder() throws Exception {
        Optional<Frame> last = decode(
                all(output(0, 0, "one"), output(1, 3, "two"), output(2, 1L << 40, "three"), output(0, 6, ""), EXITED));

        assertThat(last.orElseThrow().expect(FrameType.EXITED).number(Tag.EXITED_CODE, 255))
                .isEqualTo(3);
        assertThat(pieces)
                .containsExactly(
                        new Piece(OutputStreamKind.OUTPUT, 0, "one"),
                        new Piece(OutputStreamKind.STDOUT, 3, "two"),
                        new Piece(OutputStreamKind.STDERR, 1L << 40, "three"));
    }

    /** Wherever the stream of bytes is cut, an answer means the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 29})
    void anAnswerMayComeInPieces(int step) throws Exception {
        Optional<Frame> last = decode(decoder, all(output(1, 7, "abcdefghij"), EXITED), step);

        assertThat(last.orElseThrow().fields().number(Tag.EXITED_CODE, 255)).isEqualTo(3);
        assertThat(pieces.stream().map(Piece::text).collect(Collectors.joining()))
                .isEqualTo("abcdefghij");
        long at = 7;
        for (Piece piece : pieces) {
            assertThat(piece.stream()).isEqualTo(OutputStreamKind.STDOUT);
            assertThat(piece.offset()).isEqualTo(at);
            at += piece.text().length();
        }
    }

    @Test
    void outputIsPassedOnBeforeItsFrameIsWhole() throws Exception {
        byte[] frame = output(0, 0, "early late");

        assertThat(decode(Arrays.copyOf(frame, 19))).isEmpty();

        assertThat(pieces).containsExactly(new Piece(OutputStreamKind.OUTPUT, 0, "early"));
    }

    /** There are more of them than a connection takes in at once. */
    @Test
    void fieldsMayBeMoreThanComeAtOnce() throws Exception {
        String text = "x".repeat(60_000);

        Frame frame = decode(
                        decoder, new FrameWriter(FrameType.PONG).text(3, text).toBytes(), 16_384)
                .orElseThrow();

        assertThat(frame.fields().texts(3)).containsExactly(text);
    }

    /** A stream to a service begins where the answer ends. */
    @Test
    void whatComesAfterTheEndIsLeft() throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(
                all(new FrameWriter(FrameType.CONNECTED).toBytes(), "hello".getBytes(StandardCharsets.UTF_8)));

        assertThat(AnswerDecoder.withoutOutput().decode(bytes)).isPresent();

        assertThat(StandardCharsets.UTF_8.decode(bytes).toString()).isEqualTo("hello");
    }

    static Stream<byte[]> noAnswers() {
        return Stream.of(
                new byte[] {0, 0, 0, 0, FrameType.EXITED},
                new byte[] {-1, -1, -1, -1, FrameType.EXITED},
                new byte[] {0, 1, 0, 2, FrameType.EXITED},
                new byte[] {127, 0, 0, 0, 99},
                new byte[] {0, 0, 0, 3, FrameType.EXITED, 1, 0},
                new byte[] {0, 0, 0, 6, FrameType.EXITED, 1, 0, 0, 0, 1},
                new byte[] {0, 0, 0, 9, FrameType.OUTPUT},
                output(0, -1, "x"),
                output(0, Long.MAX_VALUE, "x"),
                output(3, 0, "x"),
                output(-1, 0, "x"));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void whatTheProtocolDoesNotKnowIsRefused(byte[] bytes) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(MalformedAnswerException.class);
        assertThat(pieces).isEmpty();
    }

    @Test
    void outputThatNobodyAskedForIsRefused() {
        assertThatThrownBy(() -> AnswerDecoder.withoutOutput().decode(ByteBuffer.wrap(output(0, 0, "x"))))
                .isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void theLargestFrameIsTaken() throws Exception {
        byte[] largest = new byte[65_536 - 5];

        assertThat(decode(new FrameWriter(FrameType.PONG).field(9, largest).toBytes()))
                .isPresent();
    }

    @Test
    void aFrameOfAnotherTypeIsNoAnswer() {
        assertThatThrownBy(() -> decode(EXITED).orElseThrow().expect(FrameType.PONG))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessage("an unexpected frame of type 33");
    }

    @Test
    void noBytesWhateverAreMoreThanRefused() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[5 + random.nextInt(60)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes).putInt(random.nextInt(70)).put((byte) (FrameType.OUTPUT + random.nextInt(8)));
            try {
                decode(AnswerDecoder.withOutput((stream, offset, part) -> {}), bytes, 1 + random.nextInt(20));
            } catch (MalformedAnswerException refused) {
                assertThat(refused).hasMessageNotContaining("\u0000");
            }
        }
    }
}
