package dev.sandlot.errors;

/** The closed list of failures that a client can meet; {@link #word()} is stable, the texts beside it are not. */
public enum ErrorType {
    /** The body is not JSON or no object, a media type is wrong, the HTTP is malformed. */
    INVALID(400, "invalid_error"),
    /** No bearer token, or one that was never good. */
    AUTHENTICATION(401, "authentication_error"),
    /** The bearer token was good once. */
    EXPIRED_TOKEN(401, "expired_token_error"),
    /** Not the caller's workspace or role, or the environment's token is wrong. */
    FORBIDDEN(403, "forbidden_error"),
    /** Nothing of that name that the caller may know of. */
    NOT_FOUND(404, "not_found_error"),
    /** The state of the thing does not allow it now. */
    CONFLICT(409, "conflict_error"),
    /** A second thing of the same name. */
    ALREADY_EXISTS(409, "already_exists_error"),
    /** Members, headers or parameters are missing, of the wrong type or out of range. */
    VALIDATION(422, "validation_error"),
    /** The client's version is below the configured minimum. */
    UPGRADE_REQUIRED(426, "upgrade_required_error"),
    /** Over the caller's rate, or too much at once. */
    RATE_LIMITED(429, "rate_limit_error"),
    /** A fault of ours. */
    APP(500, "app_error"),
    /** The sandbox runtime failed. */
    BAD_GATEWAY(502, "bad_gateway_error"),
    /** The command ran past its timeout, or the runtime did not answer in time. */
    GATEWAY_TIMEOUT(504, "gateway_timeout_error");

    private final int status;
    private final String word;

    ErrorType(int status, String word) {
        this.status = status;
        this.word = word;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The envelope's {@code type}. */
    public String word() {
        return word;
    }

    /** Whether a status tells its client that what they ask for is not done, and not that something went wrong here. */
    public static boolean isRefusal(int status) {
        return status >= INVALID.status && status < APP.status;
    }
}
