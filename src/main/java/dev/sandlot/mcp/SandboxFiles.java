package dev.sandlot.mcp;

import dev.sandlot.environment.Environment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/** Files in sandboxes, as far as tools need them. */
interface SandboxFiles {
    /**
     * The bytes from {@code offset} on: {@code limit} and one more where there are so many. Fails with NOT_FOUND or
     * CONFLICT for a file that is not there, may not be read or is none.
     */
    CompletionStage<byte[]> read(ToolCall call, Environment environment, String path, long offset, int limit);

    /** Puts these bytes in the place of what is there, or behind it; fails in the same way. */
    CompletionStage<Void> write(
            ToolCall call, Environment environment, String path, ByteBuffer content, boolean append);
}
