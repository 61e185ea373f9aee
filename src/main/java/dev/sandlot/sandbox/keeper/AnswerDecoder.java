package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.OutputStreamKind;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a keeper answers to one request, out of its bytes as they come: output goes to a sink, and a frame with fields
 * is the end. Pure: it touches nothing but the bytes that it is given, and the sink. The keeper is not trusted.
 */
final class AnswerDecoder {
    /** 4 bytes length of what follows, 1 byte type. */
    private static final int HEADER = 5;
    /** 8 bytes offset, 1 byte stream. */
    private static final int OUTPUT_HEADER = 9;

    private static final int FIELDS_MAX = 64 * 1024;

    private final @Nullable OutputSink sink;

    /** The stream of the output frame that is being read. */
    private OutputStreamKind stream = OutputStreamKind.OUTPUT;

    private long outputAt;
    private int outputLeft;

    /** What there is of a frame with fields that did not come at once, and its type. */
    private @Nullable ByteBuffer partial;

    private int partialType;

    private AnswerDecoder(@Nullable OutputSink sink) {
        this.sink = sink;
    }

    /** For an answer that may have output before its end. */
    static AnswerDecoder withOutput(OutputSink sink) {
        return new AnswerDecoder(sink);
    }

    /** For an answer of one frame with fields. */
    static AnswerDecoder withoutOutput() {
        return new AnswerDecoder(null);
    }

    /**
     * Takes of the bytes what is of use already. Returns the last frame, and leaves what comes after it; empty: more is
     * needed, what is left of the bytes and what follows them.
     */
    Optional<Frame> decode(ByteBuffer bytes) throws MalformedAnswerException {
        while (partial == null) {
            passOn(bytes);
            if (outputLeft > 0 || bytes.remaining() < HEADER) {
                return Optional.empty();
            }
            int length = bytes.getInt(bytes.position()) - 1;
            int type = bytes.get(bytes.position() + Integer.BYTES) & 0xff;
            if (length < 0) {
                throw new MalformedAnswerException("a frame without a type");
            }
            if (type != FrameType.OUTPUT) {
                return beginFields(type, length, bytes);
            }
            if (!beginOutput(length, bytes)) {
                return Optional.empty();
            }
        }
        return addTo(partial, bytes);
    }

    /** False when its header is not all there. */
    private boolean beginOutput(int length, ByteBuffer bytes) throws MalformedAnswerException {
        if (sink == null) {
            throw new MalformedAnswerException("output that nobody asked for");
        }
        if (length < OUTPUT_HEADER) {
            throw new MalformedAnswerException("an output frame is cut off");
        }
        if (bytes.remaining() < HEADER + OUTPUT_HEADER) {
            return false;
        }
        bytes.position(bytes.position() + HEADER);
        outputAt = bytes.getLong();
        stream = stream(bytes.get());
        outputLeft = length - OUTPUT_HEADER;
        if (outputAt < 0 || outputAt > ExecAnswer.MOST) {
            throw new MalformedAnswerException("output at an impossible place");
        }
        return true;
    }

    private static OutputStreamKind stream(int number) throws MalformedAnswerException {
        return switch (number) {
            case 0 -> OutputStreamKind.OUTPUT;
            case 1 -> OutputStreamKind.STDOUT;
            case 2 -> OutputStreamKind.STDERR;
            default -> throw new MalformedAnswerException("output of an unknown stream");
        };
    }

    private void passOn(ByteBuffer bytes) {
        int count = Math.min(outputLeft, bytes.remaining());
        if (count == 0 || sink == null) {
            return;
        }
        sink.accept(stream, outputAt, bytes.slice(bytes.position(), count).asReadOnlyBuffer());
        bytes.position(bytes.position() + count);
        outputAt += count;
        outputLeft -= count;
    }

    private Optional<Frame> beginFields(int type, int length, ByteBuffer bytes) throws MalformedAnswerException {
        if (length > FIELDS_MAX) {
            throw new MalformedAnswerException("a frame of " + length + " bytes");
        }
        bytes.position(bytes.position() + HEADER);
        if (bytes.remaining() < length) {
            ByteBuffer begun = ByteBuffer.allocate(length);
            partial = begun;
            partialType = type;
            return addTo(begun, bytes);
        }
        Fields fields = new Fields(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return Optional.of(new Frame(type, fields));
    }

    private Optional<Frame> addTo(ByteBuffer begun, ByteBuffer bytes) throws MalformedAnswerException {
        int count = Math.min(begun.remaining(), bytes.remaining());
        begun.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        return begun.hasRemaining() ? Optional.empty() : Optional.of(new Frame(partialType, new Fields(begun.flip())));
    }
}
