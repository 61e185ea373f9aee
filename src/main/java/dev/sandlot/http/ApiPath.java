package dev.sandlot.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The address of the API. */
public final class ApiPath {
    /** All of it is below that. */
    public static final String ROOT = "/api/v1";

    private ApiPath() {}

    /** A path as it is meant: percent-encoding is another spelling of the same (RFC 3986, 2.3). */
    public static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unfit) {
            return path;
        }
    }
}
