package dev.sandlot.records;

import dev.sandlot.audit.AuditCommand;
import dev.sandlot.audit.AuditConfig;
import dev.sandlot.audit.AuditEntry;
import dev.sandlot.audit.AuditOutcome;
import dev.sandlot.audit.AuditTarget;
import dev.sandlot.audit.Origin;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.records.Execution.End;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the audit tells of an execution that has ended. */
final class ExecutionAudit {
    /** The operation's id. */
    private static final String EXECUTE = "execute";

    private ExecutionAudit() {}

    /** {@code owner}: of its environment, where that is still known. */
    static AuditEntry entry(Execution execution, @Nullable WorkspaceId owner, AuditConfig config) {
        End end = execution.ended().orElseThrow();
        return new AuditEntry(
                end.at(),
                EXECUTE,
                execution.requestedBy(),
                execution.origin(),
                target(owner, execution.environmentId(), execution.id()),
                AuditCommand.of(execution.command(), config),
                AuditOutcome.ended(end.state().word(), end.exitCode(), end.outputBytes()));
    }

    /** What is told of one of which nothing is known but that it ran. */
    static AuditEntry unrecorded(UUID environment, UUID id, Instant at, @Nullable WorkspaceId owner) {
        AuditOutcome outcome = AuditOutcome.ended(ExecutionState.LOST.word(), null, 0);
        return new AuditEntry(at, EXECUTE, null, Origin.UNKNOWN, target(owner, environment, id), outcome);
    }

    private static AuditTarget target(@Nullable WorkspaceId owner, UUID environment, UUID execution) {
        return AuditTarget.execution(
                owner == null ? null : owner.org(), owner == null ? null : owner.workspace(), environment, execution);
    }
}
