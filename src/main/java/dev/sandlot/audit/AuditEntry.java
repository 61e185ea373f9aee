package dev.sandlot.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who did what. Of what a caller has sent or a command has printed it holds nothing but the command, where the operator
 * wants that.
 *
 * @param operation the operation's id, as {@code /openapi} has it, or a word for what the server does by itself
 * @param subject the caller's; null for nobody who is known
 * @param command of an operation on files: their paths
 */
public record AuditEntry(
        Instant at,
        String operation,
        @Nullable String subject,
        Origin origin,
        AuditTarget target,
        @Nullable AuditCommand command,
        AuditOutcome outcome) {
    /** The operation where nobody knows what was meant. */
    static final String UNKNOWN = "unknown";

    private static final int SUBJECT_MAX = 1024;
    /** Rises with every change of an entry's text; a reader of the chain need not know any. */
    private static final int VERSION = 1;

    public AuditEntry {
        // As the database takes them.
        at = at.truncatedTo(ChronoUnit.MICROS);
        subject = Origin.fit(subject, SUBJECT_MAX);
    }

    /** Without a command. */
    public AuditEntry(
            Instant at,
            String operation,
            @Nullable String subject,
            Origin origin,
            AuditTarget target,
            AuditOutcome outcome) {
        this(at, operation, subject, origin, target, null, outcome);
    }

    /** The text that its hash is made of. */
    String text(long seq) {
        Instant since = outcome.since();
        CanonicalJson json = new CanonicalJson()
                .put("v", VERSION)
                .put("seq", seq)
                .put("at", at.toString())
                .put("operation", operation)
                .put("outcome", outcome.word())
                .put("status", outcome.status())
                .put("subject", subject)
                .put("credential", origin.credential())
                .put("address", origin.address())
                .put("request_id", origin.requestId())
                .put("trace_id", origin.traceId())
                .put("org", target.org())
                .put("workspace", target.workspace())
                .put("task", target.task())
                .put("environment_id", target.environment())
                .put("execution_id", target.execution())
                .put("key_id", target.key());
        if (command != null) {
            json.put("command_sha256", command.sha256())
                    .put("command_bytes", command.bytes())
                    .put("command", command.text());
        }
        return json.put("exit_code", outcome.exitCode())
                .put("output_bytes", outcome.outputBytes())
                .put("count", outcome.count() == 1 ? null : outcome.count())
                .put("since", since == null ? null : since.toString())
                .end();
    }
}
