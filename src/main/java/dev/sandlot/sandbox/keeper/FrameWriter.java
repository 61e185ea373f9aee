package dev.sandlot.sandbox.keeper;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes one frame: fields of 1 byte tag, 4 bytes length and the bytes; numbers as 8 bytes, big endian. */
public final class FrameWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    FrameWriter(int type) {
        bigEndian(0, 4);
        bytes.write(type);
    }

    /** A frame that describes a sandbox; see spec.h for its tags. */
    public static FrameWriter create() {
        return new FrameWriter(FrameType.CREATE);
    }

    private void bigEndian(long value, int width) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            bytes.write((int) (value >>> shift));
        }
    }

    public FrameWriter text(int tag, String text) {
        return field(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    public FrameWriter number(int tag, long value) {
        bytes.write(tag);
        bigEndian(Long.BYTES, 4);
        bigEndian(value, Long.BYTES);
        return this;
    }

    /** For fields that take 4 bytes at most. */
    FrameWriter number32(int tag, long value) {
        bytes.write(tag);
        bigEndian(4, 4);
        bigEndian(value, 4);
        return this;
    }

    public FrameWriter field(int tag, byte[] value) {
        bytes.write(tag);
        bigEndian(value.length, 4);
        bytes.writeBytes(value);
        return this;
    }

    /** The whole frame. */
    public byte[] toBytes() {
        byte[] frame = bytes.toByteArray();
        ByteBuffer.wrap(frame).putInt(0, frame.length - 4);
        return frame;
    }
}
