package dev.sandlot.devicelogin;

import java.time.Duration;

/** What the identity provider says of a login when it is asked for its token (RFC 8628, 3.5). */
sealed interface Verdict {
    /** Nobody has decided yet; {@code slower}: it wants to be asked less often. */
    record Pending(boolean slower) implements Verdict {}

    /** The user has refused. */
    record Denied() implements Verdict {}

    /** Its time is over, or the provider knows nothing of it any more. */
    record Expired() implements Verdict {}

    /** The user has agreed. */
    record Approved(String token, Duration lifetime) implements Verdict {
        /** Never the token. */
        @Override
        public String toString() {
            return "Approved[" + lifetime + "]";
        }
    }
}
