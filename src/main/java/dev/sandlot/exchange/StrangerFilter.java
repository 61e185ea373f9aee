package dev.sandlot.exchange;

import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Has those wait for their turn who are refused elsewhere than by the API: by the container itself, which asks for the page
 * for errors, or by services and metrics. In web.xml, outside of whoever tells the audit of it.
 */
public class StrangerFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient StrangerAnswers answers;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (ErrorType.isRefusal(response.getStatus())
                && request.isAsyncSupported()
                && !request.isAsyncStarted()
                && !response.isCommitted()) {
            answers.pace(request);
        }
    }
}
