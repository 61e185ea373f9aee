package dev.sandlot.proxy;

import static java.util.Objects.requireNonNull;

import dev.sandlot.admission.CallerRates;
import dev.sandlot.auth.ApiKeySecret;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.ServiceUrl;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Envelopes;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.service.ServiceSupervisor;
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
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests on to services of environments. Its caller shows the environment's execute token as the bearer, or as
 * the key that some clients send instead; whose service has a bearer of its own shows it in {@code X-Environment-Token}.
 * It never reaches the service.
 */
@WebServlet(urlPatterns = ServiceUrl.ROOT + "*", asyncSupported = true)
public class ServiceProxy extends HttpServlet {
    private static final Logger LOG = ServerLog.of(ServiceProxy.class);
    private static final long serialVersionUID = 1L;
    private static final int GUESSES_OF_ADDRESS = 5;
    private static final int GUESSES_OF_ALL = 50;

    private final transient Guesses guesses = new Guesses(GUESSES_OF_ADDRESS, GUESSES_OF_ALL);
    private transient @Nullable Budget places;

    @Inject
    private transient ProxyConfig config;

    @Inject
    private transient Environments environments;

    @Inject
    private transient ServiceSupervisor supervisor;

    @Inject
    private transient CallerRates rates;

    @Inject
    private transient Forwarding forwarding;

    @Inject
    private transient Workers workers;

    @Inject
    private transient Clock clock;

    @Override
    public void init() {
        places = new Budget(
                "requests to services",
                "wait for one to end",
                new Bounds(config.perEnvironment(), Bounds.NONE, Bounds.NONE, config.perServer()));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            ExecuteToken token = token(request);
            ServiceAddress address = ServiceAddress.parse(
                            request.getRequestURI(),
                            Optional.ofNullable(request.getQueryString()).orElse(""))
                    .orElseThrow(() -> ApiException.notFound("service"));
            Environment environment = enter(address, token, request.getRemoteAddr());
            TaskService service = environment.services().stream()
                    .filter(one -> one.name().equals(address.service()))
                    .findFirst()
                    .orElseThrow(() -> ApiException.notFound("service"));
            environment.requireReady(clock.instant());
            Share place = requireNonNull(places).take(environment.tenant(), 1);
            begin(request, new ForwardTarget(environment.sandbox(), service, address), place);
        } catch (RuntimeException refused) {
            refuse(request, response, refused);
        }
    }

    /** Answers what has not begun, or has been given to nobody: the container's error page knows less of it. */
    private static void refuse(HttpServletRequest request, HttpServletResponse response, RuntimeException why)
            throws IOException {
        try {
            answer(response, Envelopes.told(why));
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().complete();
            }
        }
    }

    private static ExecuteToken token(HttpServletRequest request) {
        return Stream.of(ExecuteToken.HEADER, "Authorization", ApiKeySecret.HEADER)
                .map(request::getHeader)
                .filter(Objects::nonNull)
                .findFirst()
                .map(ExecuteToken::parse)
                .orElseThrow(() -> new ApiException(
                                ErrorType.AUTHENTICATION,
                                "Send the environment's execute token as Authorization: Bearer")
                        .withHeader("WWW-Authenticate", "Bearer"));
    }

    /** An environment that is not there and a token that is not its own look alike. */
    private Environment enter(ServiceAddress address, ExecuteToken token, String from) {
        if (!supervisor.knows(new SandboxId(address.environment()))) {
            guesses.take(from);
        }
        Environment found = environments
                .find(address.environment())
                .filter(environment -> token.matches(environment.tokenHash()))
                .orElseThrow(ApiException::forbidden);
        rates.take("services of " + found.id());
        return found;
    }

    private void begin(HttpServletRequest request, ForwardTarget target, Share place) {
        boolean handed = false;
        try {
            AsyncContext exchange = request.startAsync();
            // Each wait within has a bound of its own.
            exchange.setTimeout(0);
            workers.execute(() -> forward(exchange, target, place));
            handed = true;
        } finally {
            if (!handed) {
                place.close();
            }
        }
    }

    private void forward(AsyncContext exchange, ForwardTarget target, Share place) {
        HttpServletResponse response = (HttpServletResponse) exchange.getResponse();
        try {
            forwarding.exchange(target, (HttpServletRequest) exchange.getRequest(), response);
        } catch (RuntimeException refused) {
            tell(response, Envelopes.told(refused));
        } finally {
            place.close();
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
            // One short answer: it does not wait for its reader.
            response.setHeader("Connection", "close");
        }
    }
}
