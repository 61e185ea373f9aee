package dev.sandlot.cli;

import java.util.Set;

/** An answer that is no success, to one who may ask again. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Set<Integer> PASSING = Set.of(429, 502, 503);

    private final int status;

    private Refusal(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    static Refusal of(int status, String body) {
        return new Refusal(status, Api.detail(status, body));
    }

    /** It may be otherwise in a moment: too many at once, or what stands before the server has lost it. */
    boolean passes() {
        return PASSING.contains(status);
    }

    Failure toFailure() {
        return Failure.refusal(status, String.valueOf(getMessage()));
    }
}
