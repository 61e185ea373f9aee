package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final ExecId ID = new ExecId(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    private static final String ID_FIELD =
            "01 00000024 " + HexFormat.ofDelimiter("").formatHex(ID.toString().getBytes(StandardCharsets.US_ASCII));

    private static void assertBytes(ByteBuffer frame, String hex) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex.replace(" ", ""));
    }

    private static Frame decode(ByteBuffer frame) throws MalformedAnswerException {
        Frame decoded = AnswerDecoder.withoutOutput().decode(frame).orElseThrow();
        assertThat(frame.hasRemaining()).isFalse();
        return decoded;
    }

    @Test
    void requestsWithoutFields() {
        assertBytes(Requests.ping(), "00000001 13");
        assertBytes(Requests.destroy(), "00000001 14");
    }

    @Test
    void requestsThatNameAnExecution() {
        assertBytes(Requests.kill(ID), "0000002a 11 " + ID_FIELD);
        assertBytes(Requests.acknowledge(ID), "0000002a 15 " + ID_FIELD);
        assertBytes(
                Requests.attach(ID, new KnownOutput(258, 3)),
                "00000044 12 " + ID_FIELD + "02 00000008 0000000000000102 03 00000008 0000000000000003");
    }

    @Test
    void aPortIsFourBytes() {
        assertBytes(Requests.connect(65_535), "0000000a 16 01 00000004 0000ffff");
    }

    @Test
    void thePlainestCommand() {
        assertBytes(
                Requests.execute(ExecSpec.of(ID, "id", Duration.ofMillis(1500))),
                "0000003a 10 " + ID_FIELD + "02 00000002 6964 03 00000004 000005dc");
    }

    @Test
    void aCommandWithAllThatItMayHave() throws Exception {
        ExecSpec spec = ExecSpec.of(ID, "cat", Duration.ofSeconds(1))
                .withEnv(Map.of("A", "1", "B", "x=y"))
                .withUser(Optional.of("nobody"))
                .withCwd(Optional.of("/srv"))
                .withSplit(true)
                .withStdin(Optional.of("grün"))
                .withWhole(true);

        Frame frame = decode(Requests.execute(spec));

        Fields fields = frame.expect(FrameType.EXEC);
        assertThat(fields.texts(Tag.EXEC_ID)).containsExactly(ID.toString());
        assertThat(fields.texts(Tag.EXEC_COMMAND)).containsExactly("cat");
        assertThat(fields.number(Tag.EXEC_TIMEOUT_MS, 1000)).isEqualTo(1000);
        assertThat(fields.texts(Tag.EXEC_ENV)).containsExactlyInAnyOrder("A=1", "B=x=y");
        assertThat(fields.texts(Tag.EXEC_USER)).containsExactly("nobody");
        assertThat(fields.texts(Tag.EXEC_CWD)).containsExactly("/srv");
        assertThat(fields.texts(Tag.EXEC_STDIN)).containsExactly("grün");
        assertThat(fields.number(Tag.EXEC_SPLIT, 1)).isOne();
        assertThat(fields.number(Tag.EXEC_WHOLE, 1)).isOne();
    }

    @Test
    void whatACommandIsToldOtherwise() throws Exception {
        ExecSpec spec = ExecSpec.of(ID, "cat", Duration.ofSeconds(1))
                .withIdle(Duration.ofSeconds(2))
                .in(new ExecSpec.Surroundings(
                        Map.of(), Optional.empty(), Optional.of("below"), Optional.of("/bin/bash")))
                .through(new ExecSpec.Pipes(false, Optional.empty(), true));

        Fields fields = decode(Requests.execute(spec)).expect(FrameType.EXEC);
        Fields input = decode(Requests.input(ID, StandardCharsets.UTF_8.encode("ab"), true))
                .expect(FrameType.INPUT);
        Fields signal = decode(Requests.signal(ID, 15)).expect(FrameType.SIGNAL);

        assertThat(fields.number(Tag.EXEC_IDLE_MS, 5000)).isEqualTo(2000);
        assertThat(fields.texts(Tag.EXEC_SHELL)).containsExactly("/bin/bash");
        assertThat(fields.texts(Tag.EXEC_CWD)).containsExactly("below");
        assertThat(fields.number(Tag.EXEC_STDIN_OPEN, 1)).isOne();
        assertThat(input.texts(Tag.INPUT_BYTES)).containsExactly("ab");
        assertThat(input.number(Tag.INPUT_END, 1)).isOne();
        assertThat(signal.number(Tag.SIGNAL_NUMBER, 64)).isEqualTo(15);
        assertBytes(Requests.extend(Duration.ofHours(1)), "0000000a 1a 01 00000004 00000e10");
    }

    @Test
    void whatIsNotAskedForIsNotSaid() throws Exception {
        Fields fields = decode(Requests.execute(ExecSpec.of(ID, "id", Duration.ofSeconds(1))))
                .fields();

        for (int tag :
                new int[] {Tag.EXEC_ENV, Tag.EXEC_USER, Tag.EXEC_CWD, Tag.EXEC_STDIN, Tag.EXEC_SPLIT, Tag.EXEC_WHOLE}) {
            assertThat(fields.has(tag)).isFalse();
        }
    }

    /** A frame grows with what it holds. */
    @Test
    void theLongestCommandIsWhole() {
        String command = "y".repeat(1 << 20);

        ByteBuffer frame = Requests.execute(ExecSpec.of(ID, command, Duration.ofSeconds(1)));

        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        assertThat(StandardCharsets.US_ASCII.decode(frame).toString()).contains(command);
    }
}
