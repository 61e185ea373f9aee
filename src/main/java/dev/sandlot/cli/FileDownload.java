package dev.sandlot.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A file of an environment, read over as many connections as that takes: one that breaks is made again for a while, and
 * goes on where it was if the file is the same.
 */
final class FileDownload {
    private static final int PARTIAL_CONTENT = 206;
    private static final int PIECE = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int DOUBLINGS = 4;

    private final RemoteFiles files;
    private final Progress progress;
    private final RemotePath from;
    private long at;
    private String etag = "";
    private int mode;

    FileDownload(RemoteFiles files, Progress progress, RemotePath from) {
        this.files = files;
        this.progress = progress;
        this.from = from;
    }

    /** All of it; returns its length. */
    long into(OutputStream out) throws IOException {
        int vain = 0;
        while (true) {
            long before = at;
            try {
                attempt(out);
                return at;
            } catch (Failure broken) {
                requireHope(broken.exitCode() == Failure.UNREACHABLE, broken);
            } catch (Refusal refused) {
                requireHope(refused.passes(), refused.toFailure());
            }
            vain = at > before ? 0 : vain + 1;
            pause(vain);
        }
    }

    int mode() {
        return mode;
    }

    private void requireHope(boolean passes, Failure failure) {
        boolean isYoung = System.nanoTime() - progress.heard() < PATIENCE.toNanos();
        if (!passes || !isYoung || etag.isEmpty()) {
            throw failure;
        }
    }

    private static void pause(int vain) {
        // Of the connection that was given up.
        Thread.interrupted();
        try {
            Thread.sleep(PAUSE.toMillis() << Math.min(vain, DOUBLINGS));
        } catch (InterruptedException stopped) {
            throw new Failure(Failure.FAILED, "interrupted");
        }
    }

    private void attempt(OutputStream out) throws IOException {
        HttpResponse<InputStream> answer = files.read(from, at, etag);
        try (InputStream body = progress.counting(files.wire(answer.body()))) {
            if (at > 0 && answer.statusCode() != PARTIAL_CONTENT) {
                throw new Failure(Failure.FAILED, from + " changed while it was read");
            }
            etag = answer.headers().firstValue("ETag").orElse("");
            mode = Modes.parse(answer.headers().firstValue("X-File-Mode").orElse(""));
            answer.headers().firstValueAsLong("Content-Length").ifPresent(left -> progress.expect(at + left));
            byte[] piece = new byte[PIECE];
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                out.write(piece, 0, count);
                at += count;
            }
        }
    }
}
