package dev.sandlot.sandbox;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a command does in a {@link FakeSandboxBackend}: prints, and ends or breaks. */
@FunctionalInterface
public interface FakeCommand {
    /** What every command is said to have used. */
    Duration DURATION = Duration.ofMillis(40);

    /** Returns when it has ended. */
    ExecReport run(OutputSink sink) throws SandboxException;

    /** One that ends so, after it has printed nothing. */
    static FakeCommand ends(ExecOutcome outcome) {
        return sink -> new ExecReport(outcome, DURATION, Duration.ofMillis(30), 4096, 0);
    }

    /** One that exits. */
    static FakeCommand exits(int code) {
        return ends(new ExecOutcome.Exited(code));
    }

    /** One whose sandbox breaks. */
    static FakeCommand fails(Kind kind) {
        return sink -> {
            throw new SandboxException(kind, "as it was to");
        };
    }

    /** The same after it has printed that, its first output. */
    default FakeCommand printing(String text) {
        return printing(0, text);
    }

    /** The same after it has printed that, as the bytes from {@code offset} on. */
    default FakeCommand printing(long offset, String text) {
        return sink -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sink.accept(OutputStreamKind.OUTPUT, offset, ByteBuffer.wrap(bytes));
            ExecReport end = run(sink);
            long printed = Math.max(end.outputBytes(), offset + bytes.length);
            return new ExecReport(end.outcome(), end.duration(), end.cpu(), end.peakMemoryBytes(), printed);
        };
    }

    /** The same after that work. */
    default FakeCommand after(Runnable work) {
        return sink -> {
            work.run();
            return run(sink);
        };
    }
}
