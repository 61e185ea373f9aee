package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.FileException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/** Frames to and from a courier (ask.h). What comes is bounded, and of the bytes of a file no more is held than a frame's. */
final class Parcels {
    static final int ASK = 48;
    static final int DATA = 49;
    static final int END = 50;
    static final int ENTRY = 51;

    private static final int HEADER = 5;
    private static final int MOST = 64 * 1024;

    private final KeeperConnection connection;
    private final Duration idle;
    private final byte[] room = new byte[HEADER + MOST];

    /** A read or write may take {@code idle}. */
    Parcels(KeeperConnection connection, Duration idle) {
        this.connection = connection;
        this.idle = idle;
    }

    /** The head of a frame whose payload is to be read. */
    private record Head(int type, int length) {}

    void send(FrameWriter frame) throws IOException {
        connection.write(frame.toBuffer(), idle);
    }

    void sendEnd() throws IOException {
        send(new FrameWriter(END));
    }

    private void read(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (connection.read(into, idle) < 0) {
                throw new EOFException("the courier is gone");
            }
        }
    }

    private Head head() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER);
        read(head);
        int length = head.flip().getInt() - 1;
        if (length < 0 || length > MOST) {
            throw new MalformedAnswerException("a courier's frame of " + length + " bytes");
        }
        return new Head(head.get() & 0xff, length);
    }

    private Frame frame(Head head) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(head.length());
        read(payload);
        return new Frame(head.type(), new Fields(payload.flip()));
    }

    /** The next frame with fields; throws what the courier says that is in the way. */
    Frame receive() throws FileException, IOException {
        return good(frame(head()));
    }

    private static Frame good(Frame frame) throws FileException, MalformedAnswerException {
        if (frame.type() == FrameType.FAILED) {
            throw CourierAnswer.failure(frame.fields());
        }
        return frame;
    }

    /** What is written to it goes to the courier as bytes of a file; the end is sent apart. */
    OutputStream content() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, from.length);
                for (int at = 0; at < length; at += MOST) {
                    sendData(from, offset + at, Math.min(MOST, length - at));
                }
            }
        };
    }

    private void sendData(byte[] from, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.wrap(room).putInt(length + 1).put((byte) DATA);
        connection.write(frame.put(from, offset, length).flip(), idle);
    }

    /** The bytes of a file up to their end; their number is as it is. */
    final class Incoming extends InputStream {
        private int left;
        private boolean ended;

        /** Reads the next head when one is due. Throws what the courier says in a failure's place as its cause. */
        private boolean has() throws IOException {
            while (left == 0 && !ended) {
                Head head = head();
                switch (head.type()) {
                    case DATA -> left = head.length();
                    case END -> {
                        frame(head);
                        ended = true;
                    }
                    case FrameType.FAILED ->
                        throw new BrokenOffException(
                                CourierAnswer.failure(frame(head).fields()));
                    default -> throw frame(head).unexpected();
                }
            }
            return !ended;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (!has()) {
                return -1;
            }
            int count = connection.read(ByteBuffer.wrap(into, offset, Math.min(length, left)), idle);
            if (count < 0) {
                throw new EOFException("the courier is gone");
            }
            left -= count;
            return count;
        }

        /** Passes over what nobody has read. */
        void finish() throws IOException {
            while (read(room, 0, room.length) >= 0) {
                // It is of no use to anybody.
            }
        }
    }

    /** A file's bytes end before their end. */
    static final class BrokenOffException extends IOException {
        private static final long serialVersionUID = 1L;

        private final FileException why;

        BrokenOffException(FileException why) {
            super(why);
            this.why = why;
        }

        FileException why() {
            return why;
        }
    }
}
