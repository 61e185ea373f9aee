package dev.sandlot.proxy;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.ServiceUrl;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.rest.Envelopes;
import dev.sandlot.task.TaskService;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Passes requests on to services of environments. Its caller shows the environment's execute token as the bearer; whose
 * service has a bearer of its own shows it in {@code X-Environment-Token}. It never reaches the service.
 */
@WebServlet(urlPatterns = ServiceUrl.ROOT + "*", asyncSupported = true)
public class ServiceProxy extends HttpServlet {
    private static final Logger LOG = Logger.getLogger(ServiceProxy.class.getName());
    private static final long serialVersionUID = 1L;
    private static final int REQUESTS_MAX = 512;

    private final transient Semaphore places = new Semaphore(REQUESTS_MAX);

    @Inject
    private transient Environments environments;

    @Inject
    private transient Forwarding forwarding;

    @Inject
    private transient Workers workers;

    @Inject
    private transient Clock clock;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            ExecuteToken token = token(request);
            ServiceAddress address = ServiceAddress.parse(
                            request.getRequestURI(),
                            Optional.ofNullable(request.getQueryString()).orElse(""))
                    .orElseThrow(() -> ApiException.notFound("service"));
            Environment environment = enter(address, token);
            TaskService service = environment.services().stream()
                    .filter(one -> one.name().equals(address.service()))
                    .findFirst()
                    .orElseThrow(() -> ApiException.notFound("service"));
            environment.requireReady(clock.instant());
            begin(request, new Forwarding.To(environment.sandbox(), service, address));
        } catch (ApiException refused) {
            answer(response, refused);
        }
    }

    private static ExecuteToken token(HttpServletRequest request) {
        String own = request.getHeader(ExecuteToken.HEADER);
        ExecuteToken token = ExecuteToken.parse(own != null ? own : request.getHeader("Authorization"));
        if (token == null) {
            throw new ApiException(
                            ErrorType.AUTHENTICATION, "Send the environment's execute token as Authorization: Bearer")
                    .withHeader("WWW-Authenticate", "Bearer");
        }
        return token;
    }

    /** An environment that is not there and a token that is not its own look alike. */
    private Environment enter(ServiceAddress address, ExecuteToken token) {
        return environments
                .find(address.environment())
                .filter(environment -> token.matches(environment.tokenHash()))
                .orElseThrow(ApiException::forbidden);
    }

    private void begin(HttpServletRequest request, Forwarding.To target) {
        if (!places.tryAcquire()) {
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "There are " + REQUESTS_MAX + " requests to services under way; wait for one to end")
                    .withHeader("Retry-After", "1");
        }
        boolean handed = false;
        try {
            AsyncContext exchange = request.startAsync();
            // Each wait within has a bound of its own.
            exchange.setTimeout(0);
            workers.execute(() -> forward(exchange, target));
            handed = true;
        } finally {
            if (!handed) {
                places.release();
            }
        }
    }

    private void forward(AsyncContext exchange, Forwarding.To target) {
        HttpServletResponse response = (HttpServletResponse) exchange.getResponse();
        try {
            forwarding.exchange(target, (HttpServletRequest) exchange.getRequest(), response);
        } catch (ApiException refused) {
            tell(response, refused);
        } catch (RuntimeException broken) {
            tell(response, Envelopes.told(broken));
        } finally {
            places.release();
            exchange.complete();
        }
    }

    private static void tell(HttpServletResponse response, ApiException failure) {
        try {
            answer(response, failure);
        } catch (IOException gone) {
            LOG.log(Level.FINE, "A client of a service is gone", gone);
        }
    }

    /** Nothing can be said any more where an answer has begun. */
    private static void answer(HttpServletResponse response, ApiException failure) throws IOException {
        if (!response.isCommitted()) {
            Envelopes.write(failure, response);
        }
    }
}
