package dev.sandlot.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What something was done to.
 *
 * @param task its name, and version where one was meant
 * @param key the key that was made, or else that which was asked for
 */
public record AuditTarget(
        @Nullable String org,
        @Nullable String workspace,
        @Nullable String task,
        @Nullable UUID environment,
        @Nullable UUID execution,
        @Nullable UUID key) {
    /** No key. */
    public AuditTarget(
            @Nullable String org,
            @Nullable String workspace,
            @Nullable String task,
            @Nullable UUID environment,
            @Nullable UUID execution) {
        this(org, workspace, task, environment, execution, null);
    }

    /** Nothing that has a name. */
    public static final AuditTarget NONE = new AuditTarget(null, null, null, null, null);

    /** The same, but for what of these is known otherwise. */
    AuditTarget about(@Nullable UUID otherEnvironment, @Nullable UUID otherExecution) {
        return new AuditTarget(
                org,
                workspace,
                task,
                otherEnvironment == null ? environment : otherEnvironment,
                otherExecution == null ? execution : otherExecution,
                key);
    }

    /** An execution of an environment; whose that was is not known where it is gone. */
    public static AuditTarget execution(
            @Nullable String org, @Nullable String workspace, UUID environment, UUID execution) {
        return new AuditTarget(org, workspace, null, environment, execution);
    }
}
