package dev.sandlot.ops;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells browsers that pages of named origins may use the API (Fetch Standard, 3.2). In web.xml, before whoever refuses
 * anything: a page is to read refusals, too, and a browser asks first without the caller's token. No cookie counts here,
 * so none is allowed.
 */
public class CorsFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String HEADERS =
            "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range,"
                    + " Last-Event-ID, Prefer, Range, traceparent, X-API-Key, X-Environment-Token, X-Request-Id";
    private static final String READABLE = "Accept-Ranges, Content-Range, ETag, Link, Location, Preference-Applied,"
            + " RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, WWW-Authenticate,"
            + " X-Execution-Id, X-File-Error, X-File-Mode, X-Output-Truncated, X-Request-Id";
    private static final String SECONDS = "600";

    @Inject
    private transient CorsConfig config;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (config.origins().isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (origin == null || !config.origins().contains(origin)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", origin);
        if (isPreflight(request)) {
            response.setHeader("Access-Control-Allow-Methods", METHODS);
            response.setHeader("Access-Control-Allow-Headers", HEADERS);
            response.setHeader("Access-Control-Max-Age", SECONDS);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            response.setHeader("Access-Control-Expose-Headers", READABLE);
            chain.doFilter(request, response);
        }
    }

    private static boolean isPreflight(HttpServletRequest request) {
        return "OPTIONS".equals(request.getMethod()) && request.getHeader("Access-Control-Request-Method") != null;
    }
}
