package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.SandboxException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** What a keeper says on its standard output once its sandbox stands, or does not. */
public final class StartAnswer {
    private static final int LENGTH_MAX = 4096;

    private StartAnswer() {}

    /**
     * Reads and closes the stream. Returns when the sandbox stands.
     *
     * @throws SandboxException NOT_STARTED with the keeper's reason
     */
    public static void read(InputStream stream) throws IOException, SandboxException {
        try (stream) {
            readNext(stream);
        }
    }

    /**
     * Reads one answer, of which there may be another. Returns when what was asked for is done.
     *
     * @throws SandboxException NOT_STARTED with the keeper's reason
     */
    public static void readNext(InputStream stream) throws IOException, SandboxException {
        DataInputStream answer = new DataInputStream(stream);
        int length = answer.readInt();
        if (length < 1 || length > LENGTH_MAX) {
            throw new MalformedAnswerException("an answer of " + length + " bytes");
        }
        int type = answer.readUnsignedByte();
        byte[] payload = answer.readNBytes(length - 1);
        if (payload.length < length - 1) {
            throw new EOFException("the keeper ended within its answer");
        }
        requireReady(new Frame(type, new Fields(ByteBuffer.wrap(payload))));
    }

    private static void requireReady(Frame answer) throws MalformedAnswerException, NotMadeException {
        if (answer.type() == FrameType.FAILED) {
            Fields fields = answer.fields();
            throw new NotMadeException(fields.text(Tag.FAILED_WHAT), fields.text(Tag.FAILED_ON), (int)
                    fields.number(Tag.FAILED_ERRNO, Integer.MAX_VALUE));
        }
        answer.expect(FrameType.READY);
    }
}
