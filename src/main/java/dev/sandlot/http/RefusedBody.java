package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import java.io.IOException;

/** The reason why a body was not taken: whoever reads it meets the reason, and nobody learns of it who may not get as far. */
public final class RefusedBody extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient ApiException refusal;

    public RefusedBody(ApiException refusal) {
        super(refusal.detail());
        this.refusal = refusal;
    }

    /** What the client is told. */
    public ApiException refusal() {
        return refusal;
    }
}
