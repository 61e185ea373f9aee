package dev.sandlot.http;

import dev.sandlot.log.Request;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.TraceId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The outermost of all (web.xml): gives every request its id and its trace, and the thread that serves it. */
public class RequestIdFilter extends HttpFilter {
    static final String ATTRIBUTE = RequestIdFilter.class.getName();

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // A request comes here again when it is dispatched: with its body, or to the page for errors.
        Request known = request.getAttribute(ATTRIBUTE) instanceof Request before ? before : accept(request);
        request.setAttribute(ATTRIBUTE, known);
        AnswerMeter.begin(request);
        try {
            Request.<Exception>within(known, () -> chain.doFilter(request, response));
        } catch (IOException | ServletException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new ServletException(impossible);
        }
    }

    private static Request accept(HttpServletRequest request) {
        return Request.of(
                RequestId.accept(request.getHeader(RequestId.HEADER)),
                TraceId.accept(request.getHeaders(TraceId.HEADER).asIterator()));
    }
}
