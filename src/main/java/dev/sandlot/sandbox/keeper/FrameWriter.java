package dev.sandlot.sandbox.keeper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes one frame: fields of 1 byte tag, 4 bytes length and the bytes; numbers as 8 bytes, big endian. */
final class FrameWriter {
    private static final int FIRST_SIZE = 256;
    private static final int FIELD_HEADER = 1 + Integer.BYTES;

    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_SIZE);

    FrameWriter(int type) {
        bytes.putInt(0).put((byte) type);
    }

    /** A field of that many bytes, which are to follow. */
    private ByteBuffer begin(int tag, int length) {
        int end = Math.addExact(bytes.position(), FIELD_HEADER + length);
        if (end > bytes.capacity()) {
            bytes = ByteBuffer.allocate(Math.max(Math.addExact(end, FIRST_SIZE), 2 * bytes.capacity()))
                    .put(bytes.flip());
        }
        return bytes.put((byte) tag).putInt(length);
    }

    FrameWriter text(int tag, String text) {
        return field(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    FrameWriter number(int tag, long value) {
        begin(tag, Long.BYTES).putLong(value);
        return this;
    }

    /** For fields that take 4 bytes at most. */
    FrameWriter number32(int tag, long value) {
        begin(tag, Integer.BYTES).putInt((int) value);
        return this;
    }

    /** Leaves the bytes as they are. */
    FrameWriter field(int tag, ByteBuffer value) {
        begin(tag, value.remaining()).put(value.duplicate());
        return this;
    }

    FrameWriter field(int tag, byte[] value) {
        begin(tag, value.length).put(value);
        return this;
    }

    /** The whole frame, to be read. Nothing may be written after. */
    ByteBuffer toBuffer() {
        return bytes.putInt(0, bytes.position() - Integer.BYTES).flip();
    }

    /** The whole frame. Nothing may be written after. */
    byte[] toBytes() {
        ByteBuffer frame = toBuffer();
        byte[] all = new byte[frame.remaining()];
        frame.get(all);
        return all;
    }
}
