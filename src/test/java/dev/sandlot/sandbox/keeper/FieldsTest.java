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
        Fields fields = fields(FrameWriter.create()
                .text(1, "grün")
                .number(2, -3)
                .text(3, "a")
                .text(3, "b")
                .toBytes());

        assertThat(fields.text(1)).isEqualTo("grün");
        assertThat(fields.number(2)).isEqualTo(-3);
        assertThat(fields.texts(3)).containsExactly("a", "b");
        assertThat(fields.has(4)).isFalse();
        assertThat(fields.number(4)).isZero();
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
}
