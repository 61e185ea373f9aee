package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import java.nio.ByteBuffer;
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
        spec.stdin().ifPresent(stdin -> frame.text(Tag.EXEC_STDIN, stdin));
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
