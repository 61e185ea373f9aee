package dev.sandlot.http;

/** The address of the API. */
public final class ApiPath {
    /** All of it is below that. */
    public static final String ROOT = "/api/v1";

    private ApiPath() {}
}
