package dev.sandlot.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is in memory, or is waited for by workers alone, and whose asynchronous answer is finished by a
 * worker.
 */
final class PacedRequest extends HttpServletRequestWrapper {
    private final UnaryOperator<AsyncContext> paced;
    private final @Nullable String query;
    private volatile ServletInputStream body = Body.none();

    PacedRequest(HttpServletRequest request, UnaryOperator<AsyncContext> paced) {
        super(request);
        this.paced = paced;
        this.query = request.getQueryString();
    }

    void body(ServletInputStream content) {
        body = content;
    }

    /** As it came: to a request that is dispatched again the container may tell that of an earlier one. */
    @Override
    public @Nullable String getQueryString() {
        return query;
    }

    @Override
    public ServletInputStream getInputStream() {
        return body;
    }

    @Override
    public AsyncContext startAsync() {
        return paced.apply(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return paced.apply(super.startAsync(request, response));
    }

    @Override
    public AsyncContext getAsyncContext() {
        return paced.apply(super.getAsyncContext());
    }
}
