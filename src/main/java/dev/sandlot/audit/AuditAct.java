package dev.sandlot.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a request did where its address does not say so, because several operations share it: told in place of what the
 * address says.
 *
 * @param operation as the description of the API calls it
 * @param reads it changes nothing
 * @param environment it was done to
 * @param execution it was done to
 * @param status the operation's own, whatever the answer's is
 */
public record AuditAct(
        String operation,
        boolean reads,
        @Nullable UUID environment,
        @Nullable UUID execution,
        int status) {
    /** The attribute of a request that holds its {@link Source}. */
    public static final String ATTRIBUTE = AuditAct.class.getName();

    /** Tells it once the request is answered. */
    @FunctionalInterface
    public interface Source {
        /** What it did, as far as it has come. */
        AuditAct act();
    }
}
