package dev.sandlot.environment;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.image.ImageException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Why an environment was not made.
 *
 * @param reason a sentence for its owner
 * @param told to whoever asked for it
 * @param isOurs something of this server failed, and not what the tenant or others ask of it
 */
record NotProvisioned(String reason, ApiException told, boolean isOurs) {
    static NotProvisioned because(Throwable cause) {
        if (cause instanceof ApiException refusal) {
            return new NotProvisioned(refusal.detail(), refusal, false);
        }
        if (cause instanceof RejectedExecutionException) {
            return because(ApiException.busy());
        }
        if (cause instanceof PreparationException || cause instanceof ImageException) {
            String reason = String.valueOf(cause.getMessage());
            return new NotProvisioned(reason, badGateway(reason), false);
        }
        return new NotProvisioned(
                "The sandbox could not be made", badGateway("the sandbox runtime failed; try again"), true);
    }

    /** What whoever asked for it is told when it is left as it is, for the next server to end. */
    static ApiException serverStops() {
        return badGateway("the server stops; provision another one when it is back");
    }

    /** What whoever asked for it is told when somebody has taken it away meanwhile. */
    static ApiException deleted() {
        return new ApiException(ErrorType.CONFLICT, "The environment was deleted while it was provisioned");
    }

    private static ApiException badGateway(String reason) {
        return new ApiException(ErrorType.BAD_GATEWAY, "The environment was not made: " + reason);
    }
}
