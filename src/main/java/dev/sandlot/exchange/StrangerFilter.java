package dev.sandlot.exchange;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sees those who are refused elsewhere than by the API: by the container itself, for it asks for the page for errors then,
 * and those who may not use a service or read the metrics. What a service refuses is its own matter: that comes later.
 */
@WebFilter(
        urlPatterns = {"/error", "/_services/*", "/metrics"},
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ERROR})
public class StrangerFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient StrangerAnswers answers;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (!request.isAsyncStarted()) {
            answers.written(request, response);
        }
    }
}
