package dev.sandlot.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of something.
 *
 * @param word {@code done}, {@code refused} (401, 403) or {@code failed}; of an execution its state
 * @param status the answer's
 * @param exitCode of a command
 * @param outputBytes what a command printed, or what of files went in or out
 * @param count of how many alike it is told
 * @param since when the first of these was, if it is told of several
 */
public record AuditOutcome(
        String word,
        @Nullable Integer status,
        @Nullable Integer exitCode,
        @Nullable Long outputBytes,
        long count,
        @Nullable Instant since) {
    private static final int BAD = 400;

    /** As an answer's status says. */
    public static AuditOutcome of(int status) {
        String word = status < BAD ? "done" : status == 401 || status == 403 ? "refused" : "failed";
        return new AuditOutcome(word, status, null, null, 1, null);
    }

    /** How an execution has ended. */
    public static AuditOutcome ended(String state, @Nullable Integer exitCode, long outputBytes) {
        return new AuditOutcome(state, null, exitCode, outputBytes, 1, null);
    }

    /** Of something that the server did to so many by itself. */
    static AuditOutcome done(long count) {
        return new AuditOutcome("done", null, null, null, count, null);
    }

    /** With that many bytes of files. */
    AuditOutcome carrying(@Nullable Long bytes) {
        return new AuditOutcome(word, status, exitCode, bytes, count, since);
    }

    /** Of several alike. */
    AuditOutcome counted(long many, Instant first) {
        return new AuditOutcome(word, status, exitCode, outputBytes, many, first);
    }
}
