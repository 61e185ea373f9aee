package dev.sandlot.ops;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Callers;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Envelopes;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The metrics, for Prometheus to scrape: for a caller whose role says so, or with the operator's own token. */
@WebServlet(urlPatterns = "/metrics", asyncSupported = true)
public class MetricsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String BASIC = "Basic ";

    @Inject
    private transient MetricsConfig config;

    @Inject
    private transient Callers callers;

    @Inject
    private transient ServerState state;

    @Inject
    @Any
    private transient Instance<Measured> measured;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            requireReader(request);
        } catch (ApiException refused) {
            Envelopes.write(refused, response);
            return;
        }
        // The container has looked at the header by itself, and means that nobody is let in.
        response.setStatus(HttpServletResponse.SC_OK);
        byte[] text = Metrics.text(read()).getBytes(StandardCharsets.UTF_8);
        response.setContentType(Metrics.CONTENT_TYPE);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(text.length);
        response.getOutputStream().write(text);
    }

    /** Before the start is through there may be no database to ask for, and no sandboxes. */
    private Readings read() {
        Readings readings = new Readings();
        if (state.isStarted()) {
            measured.forEach(one -> one.measure(readings));
        }
        return readings;
    }

    private void requireReader(HttpServletRequest request) {
        Optional<Caller> caller = callers.find(request.getUserPrincipal(), request::getHeader);
        if (caller.isPresent()) {
            if (!caller.get().hasRole(Role.METRICS_READ)) {
                throw ApiException.forbidden();
            }
        } else if (!showsToken(request.getHeader("Authorization"))) {
            throw new ApiException(ErrorType.AUTHENTICATION, "Send a token as Authorization: Bearer")
                    .withHeader("WWW-Authenticate", "Bearer, Basic realm=\"metrics\"");
        }
    }

    /** As a password, under any name: the container takes whatever comes as a bearer for a token of the provider's. */
    private boolean showsToken(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] shown = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String pair = new String(shown, StandardCharsets.UTF_8);
            return config.isToken(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }
}
