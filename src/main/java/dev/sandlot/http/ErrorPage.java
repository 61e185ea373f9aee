package dev.sandlot.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The container's error page (web.xml): what it refuses before a resource sees it comes in the same shape. */
@WebServlet(name = "error", urlPatterns = "/error", loadOnStartup = 1, asyncSupported = true)
public class ErrorPage extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // No filter of ours has seen it, where it came to no path of ours.
        SecurityHeaders.set(response, request.isSecure());
        Envelopes.write(Envelopes.ofStatus(statusOf(request)), response);
    }

    /** Asked for by its own path it is as little there as any other. */
    private static int statusOf(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status ? status : 404;
    }
}
