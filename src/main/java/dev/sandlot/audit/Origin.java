package dev.sandlot.audit;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from.
 *
 * @param credential the kind of what its caller has shown, and who has issued that: {@code jwt:https://issuer}, {@code key:} and its id
 * @param address the client's, as far as the container trusts what it is told
 * @param requestId the request's
 * @param traceId the trace's that the request is a part of
 */
public record Origin(
        @Nullable String credential,
        @Nullable String address,
        @Nullable String requestId,
        @Nullable String traceId) {
    /** Of what nobody asked for, or of what was asked for before that was written down. */
    public static final Origin UNKNOWN = new Origin(null, null, null, null);

    /** The attribute of a request that holds its origin, from {@link OriginFilter} on. */
    static final String ATTRIBUTE = Origin.class.getName();

    private static final int CREDENTIAL_MAX = 600;
    private static final int ADDRESS_MAX = 64;

    public Origin {
        credential = fit(credential, CREDENTIAL_MAX);
        address = fit(address, ADDRESS_MAX);
    }

    /** As a column takes it. */
    static @Nullable String fit(@Nullable String text, int most) {
        if (text == null || (text.length() <= most && text.indexOf('\0') < 0)) {
            return text;
        }
        String plain = text.replace("\0", "");
        return plain.substring(0, Math.min(most, plain.length()));
    }

    /** That of a request. */
    public static Origin of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Origin known ? known : UNKNOWN;
    }
}
