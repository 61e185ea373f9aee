package dev.sandlot.proxy;

import dev.sandlot.auth.ApiKeySecret;
import dev.sandlot.auth.ExecuteToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/** A request as a service gets it: without what opens this server, and with where it came from (X-Forwarded-…). */
final class ForwardedRequest {
    private final CallerTokens callers;

    ForwardedRequest(CallerTokens callers) {
        this.callers = callers;
    }

    ClassicHttpRequest of(ForwardTarget target, HttpServletRequest from) throws IOException {
        BasicClassicHttpRequest request =
                new BasicClassicHttpRequest(from.getMethod(), target.address().target());
        copyHeaders(from, request);
        // Servers for one machine's use take no other name.
        request.setHeader("Host", "localhost:" + target.service().port());
        request.setHeader("Connection", "close");
        request.setHeader("X-Forwarded-For", from.getRemoteAddr());
        request.setHeader("X-Forwarded-Proto", from.getScheme());
        request.setHeader("X-Forwarded-Host", from.getServerName() + ":" + from.getServerPort());
        request.setHeader("X-Forwarded-Prefix", target.address().prefix());
        addBody(from, request);
        return request;
    }

    private void copyHeaders(HttpServletRequest from, ClassicHttpRequest to) {
        Set<String> heldBack = Headers.heldBack(all(from, "Connection"));
        heldBack.addAll(Set.of("host", "expect", lower(ApiKeySecret.HEADER), lower(ExecuteToken.HEADER)));
        if (from.getHeader(ExecuteToken.HEADER) == null) {
            heldBack.add("authorization");
        }
        for (String name : Collections.list(from.getHeaderNames())) {
            if (!heldBack.contains(lower(name))) {
                all(from, name).stream()
                        .filter(value -> !callers.isIn(value))
                        .forEach(value -> to.addHeader(name, value));
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static List<String> all(HttpServletRequest from, String name) {
        return Collections.list(from.getHeaders(name));
    }

    private static void addBody(HttpServletRequest from, ClassicHttpRequest to) throws IOException {
        long length = from.getContentLengthLong();
        boolean chunked = from.getHeader("Transfer-Encoding") != null;
        if (length > 0 || chunked) {
            to.setEntity(new InputStreamEntity(from.getInputStream(), chunked ? -1 : length, null));
            to.setHeader(chunked ? "Transfer-Encoding" : "Content-Length", chunked ? "chunked" : Long.toString(length));
        } else if (length == 0) {
            to.setHeader("Content-Length", "0");
        }
    }
}
