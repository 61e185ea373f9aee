package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StartAnswerTest {
    private static final byte[] FAILED = new FrameWriter(FrameType.FAILED)
            .text(Tag.FAILED_WHAT, "mount overlay")
            .text(Tag.FAILED_ON, "/x")
            .number(Tag.FAILED_ERRNO, 19)
            .toBytes();

    private static void read(byte[] answer) throws Exception {
        StartAnswer.read(new ByteArrayInputStream(answer));
    }

    @Test
    void aSandboxThatStands() {
        assertThatCode(() -> read(new FrameWriter(FrameType.READY).toBytes())).doesNotThrowAnyException();
    }

    @Test
    void aSandboxThatCouldNotBeMade() {
        assertThatThrownBy(() -> read(FAILED))
                .isInstanceOfSatisfying(NotMadeException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(Kind.NOT_STARTED);
                    assertThat(refused.step()).isEqualTo("mount overlay /x");
                    assertThat(refused.errno()).isEqualTo(19);
                })
                .hasMessage("could not mount overlay /x (errno 19)");
    }

    static Stream<byte[]> noAnswers() {
        return Stream.of(
                new byte[0],
                new byte[] {0, 0, 0},
                new byte[] {0, 0, 0, 0, FrameType.READY},
                new byte[] {-1, -1, -1, -1, FrameType.READY},
                new byte[] {0, 0, 16, 1, FrameType.READY},
                new FrameWriter(FrameType.PONG).toBytes(),
                Arrays.copyOf(FAILED, FAILED.length - 13),
                Arrays.copyOf(FAILED, FAILED.length - 1));
    }

    /** A field that ends where the bytes do would be taken for the whole answer. */
    @ParameterizedTest
    @MethodSource("noAnswers")
    void whatIsNoAnswerIsNotTakenForOne(byte[] answer) {
        assertThatThrownBy(() -> read(answer)).isInstanceOf(IOException.class);
    }
}
