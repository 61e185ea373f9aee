package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;

/** Knows callers by their keys. */
public interface KeyCallers {
    /**
     * Whose key that is. To look up one that nobody has costs what it costs to look up another.
     *
     * @throws ApiException AUTHENTICATION for what never was a key, EXPIRED_TOKEN for one that has had its time or was
     *     revoked
     */
    Caller require(String key);
}
