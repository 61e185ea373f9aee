package dev.sandlot.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** A request whose body is in memory, and whose asynchronous answer is finished by a worker. */
final class PacedRequest extends HttpServletRequestWrapper {
    private final Exchange exchange;
    private volatile Body body = Body.none();

    PacedRequest(HttpServletRequest request, Exchange exchange) {
        super(request);
        this.exchange = exchange;
    }

    void body(Body whole) {
        body = whole;
    }

    @Override
    public ServletInputStream getInputStream() {
        return body;
    }

    @Override
    public AsyncContext startAsync() {
        return exchange.paced(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return exchange.paced(super.startAsync(request, response));
    }

    @Override
    public AsyncContext getAsyncContext() {
        return exchange.paced(super.getAsyncContext());
    }
}
