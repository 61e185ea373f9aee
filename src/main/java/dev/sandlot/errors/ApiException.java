package dev.sandlot.errors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A refusal or failure that a client is told of. The one exception that resources, filters and services throw. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String FORBIDDEN = "You are not allowed to do this";

    private final ErrorType type;
    private final transient List<Fault> faults;
    private final transient Map<String, String> headers;

    /** {@code detail} is one sentence for a person, without class names, host paths or secrets. */
    public ApiException(ErrorType type, String detail) {
        this(type, detail, List.of(), Map.of());
    }

    private ApiException(ErrorType type, String detail, List<Fault> faults, Map<String, String> headers) {
        super(detail, null, false, false);
        this.type = type;
        this.faults = List.copyOf(faults);
        this.headers = Map.copyOf(headers);
    }

    /** All faults of a request at once; the sentence names the first, for there are clients that read nothing else. */
    static ApiException validation(String sentence, List<Fault> faults) {
        return new ApiException(ErrorType.VALIDATION, sentence, faults, Map.of());
    }

    /** The same words for a role that is missing and a workspace that is not the caller's, so that neither can be told. */
    public static ApiException forbidden() {
        return new ApiException(ErrorType.FORBIDDEN, FORBIDDEN);
    }

    /** For whoever shows nothing that counts, where no more is to be told. */
    public static ApiException unauthenticated() {
        return new ApiException(ErrorType.AUTHENTICATION, "Authentication failed")
                .withHeader("WWW-Authenticate", "Bearer");
    }

    /** The same words for what does not exist and what the caller may not know of. */
    public static ApiException notFound(String what) {
        return new ApiException(ErrorType.NOT_FOUND, "There is no such " + what);
    }

    /** The refusal for want of a thread: the server does as much at once as it can, or stops. */
    public static ApiException busy() {
        return new ApiException(ErrorType.RATE_LIMITED, "This server does as much at once as it can; try again")
                .withHeader("Retry-After", "1");
    }

    /** The same failure, answered with one more header. */
    public ApiException withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new ApiException(type, detail(), faults, more);
    }

    public ErrorType type() {
        return type;
    }

    /** The sentence for the client. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Empty unless the type is {@link ErrorType#VALIDATION}. */
    public List<Fault> faults() {
        return faults;
    }

    /** Headers that belong to the answer, such as {@code Retry-After}. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Never the sentence, which may name what is a tenant's: a container logs what it can't send any more. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // The message is the sentence.
    public String toString() {
        return "ApiException[" + type.word() + "]";
    }
}
