package dev.sandlot.exchange;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Callers;
import dev.sandlot.auth.OpenOperations;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.Stranger;
import dev.sandlot.auth.Strangers;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.ApiPath;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API's outermost: gives each request of a known caller its place, and its body in memory. What is wrong with either
 * is told where the order of checks has it; here only those are refused whom nobody knows, for that is the first check.
 * Who has no place gets a short answer and a closed connection, so that no answer waits for its reader either.
 */
@WebFilter(
        urlPatterns = ApiPath.ROOT + "/*",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class ExchangeFilter extends HttpFilter {
    private static final Logger LOG = ServerLog.of(ExchangeFilter.class);
    private static final long serialVersionUID = 1L;
    private static final String OPERATORS = ApiPath.ROOT + "/admin/";
    /** Whose the operator's own requests are. */
    private static final Tenant OPERATOR = Tenant.of(new WorkspaceId("operator of all", ""));

    private static final Pattern OF_AN_ORGANIZATION =
            Pattern.compile(ApiPath.ROOT + "/org/(" + WorkspaceId.SLUG + ")/.*");
    private static final String OF_THE_CALLER = ApiPath.ROOT + "/user/";
    /** What comes in is as large as it is: the operation takes it as it comes. */
    private static final Pattern STREAMED =
            Pattern.compile(ApiPath.ROOT + "/org/[^/]+/ws/[^/]+/environments/[^/]+/(files|archive)");

    /** The most of a body that comes along with its head, or right behind it; to wait for it is cheaper than to go elsewhere. */
    private static final int SMALL = 64 * 1024;

    private static final Duration MOMENT = Duration.ofMillis(250);

    /** The most of a body of somebody whom nobody knows; no open operation takes more. */
    private static final int STRANGE = 4 * 1024;

    @Inject
    private transient OpenOperations open;

    @Inject
    private transient Callers callers;

    @Inject
    private transient Strangers strangers;

    @Inject
    private transient StrangerAnswers answers;

    @Inject
    private transient Underway underway;

    @Inject
    private transient Workers workers;

    @Inject
    private transient RefusalPace pace;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Exchange known = Exchange.of(request);
        if (known != null) {
            serve(known, chain);
            return;
        }
        if (open.has(request.getMethod(), request.getRequestURI())) {
            takeStranger(request, response, chain);
            return;
        }
        Caller caller;
        try {
            caller = callers.find(request.getUserPrincipal(), request::getHeader)
                    .orElseThrow(() -> strangers.refusal(request.getHeader(HttpHeaders.AUTHORIZATION)));
        } catch (ApiException stranger) {
            answers.send(stranger, request, response);
            return;
        }
        request.setAttribute(Caller.ATTRIBUTE, caller);
        Optional<Exchange> begun = begin(request, response, caller);
        if (begun.isEmpty()) {
            turnAway(request, response, chain);
        } else if (hasBody(request)) {
            takeBody(begun.get(), request, tenantWithin(request, caller), chain);
        } else {
            serve(begun.get(), chain);
        }
    }

    private static void turnAway(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Connection", "close");
        chain.doFilter(request, response);
    }

    private void takeStranger(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Stranger stranger = Stranger.at(request.getRemoteAddr());
        request.setAttribute(Stranger.ATTRIBUTE, stranger);
        Optional<Exchange> begun =
                place(request, response, Underway.STRANGERS, RefusalPace.STRANGERS, () -> underway.take(stranger));
        if (begun.isEmpty()) {
            turnAway(request, response, chain);
        } else if (!hasBody(request)) {
            serve(begun.get(), chain);
        } else if (request.getContentLengthLong() >= 0 && request.getContentLengthLong() <= STRANGE) {
            takeBody(begun.get(), request, Optional.of(Underway.STRANGERS), chain);
        } else {
            String detail = "The body must have a Content-Length of at most " + STRANGE + " bytes";
            refuseBody(begun.get(), new ApiException(ErrorType.INVALID, detail), chain);
        }
    }

    /** Empty when there is no place for it. */
    private Optional<Exchange> begin(HttpServletRequest request, HttpServletResponse response, Caller caller) {
        // Who asks for what is somebody else's takes nothing of theirs.
        Tenant tenant = tenantWithin(request, caller).orElseGet(() -> own(caller));
        return place(request, response, tenant, caller.subject(), () -> underway.take(caller, tenant));
    }

    /** {@code source}: whose pace its refusals have. */
    private Optional<Exchange> place(
            HttpServletRequest request,
            HttpServletResponse response,
            Tenant tenant,
            String source,
            Supplier<Share> taking) {
        try {
            Share place = taking.get();
            PacedResponse paced = new PacedResponse(response, underway.bytes(), tenant);
            Exchange exchange = new Exchange(request, paced, workers, pace, source);
            exchange.hold(place);
            return Optional.of(exchange);
        } catch (ApiException full) {
            request.setAttribute(FullFilter.ATTRIBUTE, full);
            return Optional.empty();
        }
    }

    private static Tenant own(Caller caller) {
        return Tenant.of(new WorkspaceId("caller " + caller.subject(), ""));
    }

    /** Empty when the caller is no member of the organization that the path names, nor the operator where it names none. */
    private static Optional<Tenant> tenantWithin(HttpServletRequest request, Caller caller) {
        String address = ApiPath.decoded(request.getRequestURI());
        if (address.startsWith(OF_THE_CALLER)) {
            return Optional.of(own(caller));
        }
        if (address.startsWith(OPERATORS) && caller.hasRole(Role.ADMIN)) {
            return Optional.of(OPERATOR);
        }
        Matcher path = OF_AN_ORGANIZATION.matcher(address);
        return path.matches() && caller.isMember(path.group(1))
                ? Optional.of(Tenant.of(new WorkspaceId(path.group(1), "")))
                : Optional.empty();
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private void takeBody(Exchange exchange, HttpServletRequest request, Optional<Tenant> tenant, FilterChain chain)
            throws IOException, ServletException {
        if (tenant.isEmpty()) {
            refuseBody(exchange, ApiException.forbidden(), chain);
            return;
        }
        if (isStreamed(request)) {
            exchange.request().body(new StreamedBody(request.getInputStream(), System::nanoTime));
            serve(exchange, chain);
            return;
        }
        long length = request.getContentLengthLong();
        BodyReader reader =
                new BodyReader(request.getInputStream(), length, underway.bytes(), tenant.get(), System::nanoTime);
        exchange.body(reader);
        if (length >= 0 && length <= SMALL && isHereInAMoment(reader, tenant.get())) {
            exchange.request().body(reader.take());
            serve(exchange, chain);
        } else {
            takeApart(exchange, reader);
        }
    }

    /** Whoever reads it hears that. */
    private static void refuseBody(Exchange exchange, ApiException refusal, FilterChain chain)
            throws IOException, ServletException {
        exchange.request().body(Body.refused(refusal));
        serve(exchange, chain);
    }

    private static boolean isStreamed(HttpServletRequest request) {
        return (request.getMethod().equals("PUT") || request.getMethod().equals("PATCH"))
                && STREAMED.matcher(ApiPath.decoded(request.getRequestURI())).matches();
    }

    private boolean isHereInAMoment(BodyReader reader, Tenant tenant) {
        Optional<Share> moment = underway.moments().tryTake(tenant, 1);
        if (moment.isEmpty()) {
            return false;
        }
        try {
            return reader.readFor(MOMENT);
        } finally {
            moment.get().close();
        }
    }

    /** A worker waits for it, and the request comes here again with the whole. */
    private void takeApart(Exchange exchange, BodyReader reader) {
        AsyncContext context = exchange.detach();
        try {
            workers.execute(() -> {
                exchange.request().body(reader.take());
                context.dispatch();
            });
        } catch (RejectedExecutionException stopping) {
            Failures.log(LOG, Level.FINE, stopping, () -> "No worker takes a body");
            exchange.request().body(Body.refused(Underway.busy("This server is too busy; try again")));
            context.dispatch();
        }
    }

    private static void serve(Exchange exchange, FilterChain chain) throws IOException, ServletException {
        exchange.enter();
        try {
            pass(exchange, chain);
        } finally {
            exchange.leave();
        }
    }

    private static void pass(Exchange exchange, FilterChain chain) throws IOException, ServletException {
        boolean returned = false;
        try {
            chain.doFilter(exchange.request(), exchange.response());
            returned = true;
        } finally {
            exchange.bodyIsRead();
            if (!returned) {
                exchange.end();
            }
        }
        exchange.returned();
    }
}
