package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExecAnswerTest {
    private static Frame frame(FrameWriter writer) throws MalformedAnswerException {
        return AnswerDecoder.withoutOutput().decode(writer.toBuffer()).orElseThrow();
    }

    private static FrameWriter exited(int tag, long value) {
        return new FrameWriter(FrameType.EXITED).number(tag, value);
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(exited(Tag.EXITED_CODE, 0), new ExecOutcome.Exited(0)),
                Arguments.of(exited(Tag.EXITED_CODE, 255), new ExecOutcome.Exited(255)),
                Arguments.of(exited(Tag.EXITED_SIGNAL, 15), new ExecOutcome.Signalled(15, false)),
                Arguments.of(exited(Tag.EXITED_FLAGS, 1), new ExecOutcome.TimedOut()),
                Arguments.of(exited(Tag.EXITED_FLAGS, 2), new ExecOutcome.Signalled(9, true)),
                Arguments.of(exited(Tag.EXITED_FLAGS, 4), new ExecOutcome.Cancelled()),
                // The first cause that is named is the one that killed it.
                Arguments.of(exited(Tag.EXITED_FLAGS, 7).number(Tag.EXITED_SIGNAL, 9), new ExecOutcome.TimedOut()));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void howItEnded(FrameWriter writer, ExecOutcome outcome) throws Exception {
        assertThat(ExecAnswer.report(frame(writer)).outcome()).isEqualTo(outcome);
    }

    @Test
    void whatItUsed() throws Exception {
        ExecReport report = ExecAnswer.report(frame(exited(Tag.EXITED_CODE, 1)
                .number(Tag.EXITED_DURATION_US, 1500)
                .number(Tag.EXITED_CPU_US, 7)
                .number(Tag.EXITED_PEAK_BYTES, 4096)
                .number(Tag.EXITED_OUTPUT_BYTES, 11)));

        assertThat(report)
                .isEqualTo(new ExecReport(
                        new ExecOutcome.Exited(1), Duration.ofNanos(1_500_000), Duration.ofNanos(7000), 4096, 11));
    }

    @ParameterizedTest
    @CsvSource({"1, NOT_STARTED", "2, UNKNOWN", "3, SANDBOX_DIED", "9, UNKNOWN"})
    void aFailureSaysWhatItMeans(int number, Kind kind) {
        assertThatThrownBy(() ->
                        ExecAnswer.report(frame(new FrameWriter(FrameType.FAILED).number(Tag.FAILED_KIND, number))))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(kind));
    }

    @Test
    void anotherAnswerIsNoEnd() {
        assertThatThrownBy(() -> ExecAnswer.report(frame(new FrameWriter(FrameType.CONNECTED))))
                .isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void aServiceIsConnectedOrNot() {
        assertThatCode(() -> ExecAnswer.requireConnected(frame(new FrameWriter(FrameType.CONNECTED))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ExecAnswer.requireConnected(
                        frame(new FrameWriter(FrameType.FAILED).number(Tag.FAILED_KIND, 1))))
                .isInstanceOf(SandboxException.class);
        assertThatThrownBy(() -> ExecAnswer.requireConnected(frame(exited(Tag.EXITED_CODE, 0))))
                .isInstanceOf(MalformedAnswerException.class);
    }
}
