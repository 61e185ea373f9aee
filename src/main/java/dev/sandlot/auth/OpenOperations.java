package dev.sandlot.auth;

/** The operations that are for everybody: no token and no key is asked for, and none counts. */
@FunctionalInterface
public interface OpenOperations {
    /** Whether a request with that method for that path, as it was sent, is for one of them; no other spelling is. */
    boolean has(String method, String path);
}
