package dev.sandlot.sandbox;

import java.nio.ByteBuffer;

/** Takes a command's output as it comes. */
@FunctionalInterface
public interface OutputSink {
    /**
     * Called by one thread, in order. Must take all of {@code bytes} and not keep the buffer; must not throw.
     *
     * @param offset of the first byte in all of that stream; larger than expected where a part was lost
     */
    void accept(OutputStreamKind stream, long offset, ByteBuffer bytes);
}
