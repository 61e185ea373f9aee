package dev.sandlot.http;

/** Where the API is. */
public final class ApiPath {
    /** All of it is below that. */
    public static final String ROOT = "/api/v1";

    private ApiPath() {}
}
