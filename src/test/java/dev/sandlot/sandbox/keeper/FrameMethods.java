package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the frames of one command cost. */
@State(Scope.Benchmark)
public class FrameMethods {
    private static final int OUTPUT_HEADER = 9;

    private final ExecSpec command = ExecSpec.of(
            new ExecId(UUID.fromString("0197b9a3-7f3e-7c55-8f6b-2f1a4f0f9a11")), "true", Duration.ofSeconds(30));
    private final byte[] answer = answer("hello from the sandbox\n");

    /** As a keeper sends them: some output, and the end. */
    private static byte[] answer(String text) {
        byte[] output = text.getBytes(StandardCharsets.UTF_8);
        byte[] end = new FrameWriter(FrameType.EXITED)
                .number(Tag.EXITED_CODE, 0)
                .number(Tag.EXITED_FLAGS, 0)
                .number(Tag.EXITED_DURATION_US, 1_234)
                .number(Tag.EXITED_CPU_US, 987)
                .number(Tag.EXITED_PEAK_BYTES, 1 << 20)
                .number(Tag.EXITED_OUTPUT_BYTES, output.length)
                .toBytes();
        return ByteBuffer.allocate(Integer.BYTES + 1 + OUTPUT_HEADER + output.length + end.length)
                .putInt(1 + OUTPUT_HEADER + output.length)
                .put((byte) FrameType.OUTPUT)
                .putLong(0)
                .put((byte) 0)
                .put(output)
                .put(end)
                .array();
    }

    @Benchmark
    public ByteBuffer request() {
        return Requests.execute(command);
    }

    @Benchmark
    public ExecReport answer() throws Exception {
        AnswerDecoder decoder = AnswerDecoder.withOutput((stream, offset, bytes) -> bytes.position(bytes.limit()));
        return ExecAnswer.report(decoder.decode(ByteBuffer.wrap(answer)).orElseThrow());
    }
}
