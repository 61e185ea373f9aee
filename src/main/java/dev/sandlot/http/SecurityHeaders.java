package dev.sandlot.http;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/** What an answer of ours tells browsers and proxies: it is data, for nobody else, and not to be kept. */
final class SecurityHeaders {
    private static final Map<String, String> ALL = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private static final String OVER_TLS_ALONE = "Strict-Transport-Security";
    private static final String A_YEAR = "max-age=31536000";

    private SecurityHeaders() {}

    /** Sets them. {@code secure}: the request has come over TLS, so that the next ones may have to. */
    static void set(HttpServletResponse response, boolean secure) {
        ALL.forEach(response::setHeader);
        if (secure) {
            response.setHeader(OVER_TLS_ALONE, A_YEAR);
        }
    }
}
