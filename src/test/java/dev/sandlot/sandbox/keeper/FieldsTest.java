package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static Fields fields(byte[] frame) throws IOException {
        return new Fields(ByteBuffer.wrap(frame, 5, frame.length - 5).slice());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Fields fields = fields(new FrameWriter(FrameType.CREATE)
                .text(1, "grün")
                .number(2, 3)
                .text(3, "a")
                .text(3, "b")
                .toBytes());

        assertThat(fields.text(1)).isEqualTo("grün");
        assertThat(fields.number(2, 3)).isEqualTo(3);
        assertThat(fields.texts(3)).containsExactly("a", "b");
        assertThat(fields.has(4)).isFalse();
        assertThat(fields.number(4, 0)).isZero();
    }

    @Test
    void noBytesWhateverBreakTheReader() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (i % 2 == 0 && bytes.length > 5) {
                bytes[1] = bytes[2] = bytes[3] = 0;
            }
            try {
                new Fields(ByteBuffer.wrap(bytes));
            } catch (IOException refused) {
                assertThat(refused).hasMessageContaining("field");
            }
        }
    }

    @Test
    void aFieldLongerThanItsFrameIsRefused() {
        assertThatThrownBy(() -> new Fields(ByteBuffer.wrap(new byte[] {1, 0x7f, 0, 0, 0})))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNumberThatCanNotBeIsRefused() throws IOException {
        Fields fields = fields(new FrameWriter(FrameType.CREATE)
                .number(1, -1)
                .number(2, 256)
                .field(3, new byte[9])
                .toBytes());

        for (int tag : new int[] {1, 2, 3}) {
            assertThatThrownBy(() -> fields.number(tag, 255)).isInstanceOf(MalformedAnswerException.class);
        }
    }

    /** It goes into the server's log, and part of it may be a tenant's: a line, a page or a direction of its own is none. */
    @Test
    void textIsOneLineOfWhatItSays() throws IOException {
        Fields fields = fields(new FrameWriter(FrameType.CREATE)
                .text(1, "no\r\n[forged] \u001b[2J\u0000\u0085\u2028\u2029\u202e\ufeff\tbody: grün")
                .text(2, "x".repeat(100_000))
                .toBytes());

        assertThat(fields.text(1)).isEqualTo("no??[forged] ?[2J???????body: grün".replace('?', '\ufffd'));
        assertThat(fields.text(2)).hasSizeLessThan(300);
    }
}
