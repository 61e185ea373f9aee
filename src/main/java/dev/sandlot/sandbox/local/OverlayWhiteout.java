package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The mark by which overlayfs knows that a layer removes a file: a character device 0/0, which everybody may make (Linux
 * 5.8).
 */
final class OverlayWhiteout {
    private static final int TIMEOUT_SECONDS = 10;

    private OverlayWhiteout() {}

    static void make(Path path) throws IOException {
        // Java has no call for it; mknod(1) is wherever a shell is.
        Process process = new ProcessBuilder("mknod", "-m", "0", "--", path.toString(), "c", "0", "0")
                .redirectError(Redirect.DISCARD)
                .redirectOutput(Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("mknod could not make a whiteout at " + path);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            process.destroyForcibly();
        }
    }
}
