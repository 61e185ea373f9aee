package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** The frames by which a keeper is asked for something, ready to be sent; {@link CreateFrame} is apart. */
final class Requests {
    private Requests() {}

    static ByteBuffer execute(ExecSpec spec) {
        FrameWriter frame = new FrameWriter(FrameType.EXEC)
                .text(Tag.EXEC_ID, spec.id().toString())
                .text(Tag.EXEC_COMMAND, spec.command())
                .number32(Tag.EXEC_TIMEOUT_MS, spec.timeout().toMillis());
        spec.cwd().ifPresent(cwd -> frame.text(Tag.EXEC_CWD, cwd));
        spec.env().forEach((name, value) -> frame.text(Tag.EXEC_ENV, name + "=" + value));
        if (spec.split()) {
            frame.number32(Tag.EXEC_SPLIT, 1);
        }
        if (spec.whole()) {
            frame.number32(Tag.EXEC_WHOLE, 1);
        }
        spec.stdin().ifPresent(stdin -> frame.field(Tag.EXEC_STDIN, stdin));
        if (spec.pipes().open()) {
            frame.number32(Tag.EXEC_STDIN_OPEN, 1);
        }
        if (!spec.idle().isZero()) {
            frame.number32(Tag.EXEC_IDLE_MS, spec.idle().toMillis());
        }
        spec.shell().ifPresent(shell -> frame.text(Tag.EXEC_SHELL, shell));
        spec.user().ifPresent(user -> frame.text(Tag.EXEC_USER, user));
        return frame.toBuffer();
    }

    static ByteBuffer attach(ExecId id, KnownOutput known) {
        return new FrameWriter(FrameType.ATTACH)
                .text(Tag.ATTACH_ID, id.toString())
                .number(Tag.ATTACH_OFFSET, known.output())
                .number(Tag.ATTACH_ERROR_OFFSET, known.stderr())
                .toBuffer();
    }

    static ByteBuffer kill(ExecId id) {
        return new FrameWriter(FrameType.KILL).text(Tag.EXEC_ID, id.toString()).toBuffer();
    }

    static ByteBuffer acknowledge(ExecId id) {
        return new FrameWriter(FrameType.ACK).text(Tag.EXEC_ID, id.toString()).toBuffer();
    }

    static ByteBuffer input(ExecId id, ByteBuffer bytes, boolean end) {
        return new FrameWriter(FrameType.INPUT)
                .text(Tag.INPUT_ID, id.toString())
                .field(Tag.INPUT_BYTES, bytes)
                .number32(Tag.INPUT_END, end ? 1 : 0)
                .toBuffer();
    }

    static ByteBuffer signal(ExecId id, int number) {
        return new FrameWriter(FrameType.SIGNAL)
                .text(Tag.SIGNAL_ID, id.toString())
                .number32(Tag.SIGNAL_NUMBER, number)
                .toBuffer();
    }

    static ByteBuffer extend(Duration lifetime) {
        return new FrameWriter(FrameType.EXTEND)
                .number32(Tag.EXTEND_SECONDS, lifetime.toSeconds())
                .toBuffer();
    }

    static ByteBuffer connect(int port) {
        return new FrameWriter(FrameType.CONNECT)
                .number32(Tag.CONNECT_PORT, port)
                .toBuffer();
    }

    static ByteBuffer files(Optional<String> user) {
        FrameWriter frame = new FrameWriter(FrameType.FILES);
        user.ifPresent(name -> frame.text(Tag.FILES_USER, name));
        return frame.toBuffer();
    }

    static ByteBuffer ping() {
        return new FrameWriter(FrameType.PING).toBuffer();
    }

    static ByteBuffer destroy() {
        return new FrameWriter(FrameType.DESTROY).toBuffer();
    }
}
