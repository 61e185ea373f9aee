package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A keeper that stands ready for a sandbox that nobody has asked for. It is this server's until then, and ends by itself
 * when its standard input is closed: by {@link #close}, or by the end of this server.
 *
 * @param name of its control groups, until they have that of its sandbox
 */
record WarmKeeper(SandboxId name, Process process) implements AutoCloseable {
    private static final Duration LEAVING_MAX = Duration.ofSeconds(2);

    /** False when it is gone, and has read nothing of this. */
    boolean tell(byte[] frame) {
        try {
            OutputStream stdin = process.getOutputStream();
            stdin.write(frame);
            stdin.flush();
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Lets go of it: without a sandbox it ends, and has left nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.getInputStream().close();
        } catch (IOException gone) {
            process.destroyForcibly();
        }
    }

    /** Waits until one that was let go of has ended. */
    void awaitEnd() {
        try {
            if (!process.waitFor(LEAVING_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
