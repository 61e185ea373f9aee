package dev.sandlot.exchange;

import dev.sandlot.budget.Share;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.log.Failures;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.worker.Workers;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A request and its answer, and what they hold until the last byte is sent. */
public final class Exchange implements AsyncListener {
    private static final Logger LOG = ServerLog.of(Exchange.class);
    private static final String ATTRIBUTE = Exchange.class.getName();

    private static final ThreadLocal<Exchange> SERVED = new ThreadLocal<>();
    /** What comes when the current thread's work has returned. */
    private static final ThreadLocal<Queue<Runnable>> ENDINGS = new ThreadLocal<>();

    private final HttpServletRequest container;
    private final PacedRequest request;
    private final PacedResponse response;
    private final Workers workers;
    private final RefusalPace pace;
    /** Whose pace its refusals have. */
    private final String source;

    private final Queue<Share> shares = new ArrayDeque<>();
    private Share body = Share.NOTHING;
    private final Queue<Runnable> later = new ArrayDeque<>();
    private boolean over;
    private boolean returned;
    private volatile boolean asynchronous;
    private volatile boolean keepsBody;

    Exchange(HttpServletRequest container, PacedResponse response, Workers workers, RefusalPace pace, String source) {
        this.container = container;
        this.request = new PacedRequest(container, this::paced);
        this.response = response;
        this.workers = workers;
        this.pace = pace;
        this.source = source;
        hold(response);
        container.setAttribute(ATTRIBUTE, this);
    }

    static @Nullable Exchange of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Exchange exchange ? exchange : null;
    }

    /** Gives the share back when the exchange is over, however it ends, where its holder has not done so before. */
    public static void hold(ServletRequest request, Share share) {
        Exchange exchange = of(request);
        if (exchange != null) {
            exchange.hold(share);
        }
    }

    void hold(Share share) {
        synchronized (shares) {
            if (!over) {
                shares.add(share);
                return;
            }
        }
        share.close();
    }

    /** The application reads this body. */
    void body(BodyReader reader) {
        body = reader;
        hold(reader);
    }

    /** The application holds what it has read until it has answered; so long the body takes its place. */
    public static void keepBody(ServletRequest request) {
        Exchange exchange = of(request);
        if (exchange != null) {
            exchange.keepsBody = true;
        }
    }

    /** The application has read what it wants of it. */
    void bodyIsRead() {
        request.body(Body.none());
        if (!keepsBody) {
            body.close();
        }
    }

    /** As the application sees it. */
    PacedRequest request() {
        return request;
    }

    /** As the application sees it. */
    PacedResponse response() {
        return response;
    }

    /** Runs apart from the thread that has taken the request; answers when a worker says so. */
    AsyncContext detach() {
        AsyncContext context = container.startAsync(request, response);
        // Each wait within has a bound of its own.
        context.setTimeout(0);
        context.addListener(this);
        return context;
    }

    /** The application answers later. */
    private AsyncContext paced(AsyncContext context) {
        asynchronous = true;
        return new PacedContext(context, this::complete);
    }

    /**
     * An executor whose work begins on a worker when the application has returned from the request of the current
     * thread. What answers later than JAX-RS returns is answered by the thread that completes it; what answers sooner, by
     * the request's, which may not wait for a client.
     */
    public static Executor afterReturn(Workers workers) {
        Exchange exchange = SERVED.get();
        return Request.carry(exchange == null ? workers::execute : exchange::defer);
    }

    private void defer(Runnable work) {
        Runnable whole = withEndings(work);
        synchronized (later) {
            if (!returned) {
                later.add(whole);
                return;
            }
        }
        workers.execute(whole);
    }

    private static Runnable withEndings(Runnable work) {
        return () -> {
            Queue<Runnable> endings = new ArrayDeque<>();
            ENDINGS.set(endings);
            try {
                work.run();
            } finally {
                ENDINGS.remove();
                endings.forEach(Runnable::run);
            }
        };
    }

    /** The current thread serves it from here on. */
    void enter() {
        SERVED.set(this);
        synchronized (later) {
            returned = false;
        }
    }

    /** The current thread has served it: what was to come later begins. */
    void leave() {
        SERVED.remove();
        synchronized (later) {
            returned = true;
        }
        later.forEach(this::begin);
        later.clear();
    }

    private void begin(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException stopping) {
            Failures.log(LOG, Level.FINE, stopping, () -> "No worker answers");
            work.run();
        }
    }

    /** The application has returned: its answer is whole, or comes later. */
    void returned() {
        if (!asynchronous) {
            if (response.isCommitted()) {
                end();
            } else {
                complete(detach());
            }
            return;
        }
        try {
            container.getAsyncContext().addListener(this);
        } catch (IllegalStateException answeredBefore) {
            end();
        }
    }

    /**
     * A worker sends what is left of the answer; of a refusal, when its turn has come. JAX-RS asks for this from within
     * its writing, and uses the response afterwards: the container is to take it back, for whom it serves next, not before
     * all of that has returned.
     */
    void complete(AsyncContext context) {
        Queue<Runnable> endings = ENDINGS.get();
        if (endings == null) {
            send(context);
        } else {
            endings.add(Request.carry(() -> send(context)));
        }
    }

    private void send(AsyncContext context) {
        if (ErrorType.isRefusal(response.getStatus())) {
            OptionalLong turn = pace.takeTurn(source);
            if (turn.isPresent()) {
                pace.send(turn.getAsLong(), () -> finish(context));
                return;
            }
        } else {
            pace.served();
        }
        sendLeft(context);
    }

    private void sendLeft(AsyncContext context) {
        if (Workers.isWorker()) {
            finish(context);
            return;
        }
        try {
            workers.execute(() -> finish(context));
        } catch (RejectedExecutionException stopping) {
            Failures.log(LOG, Level.FINE, stopping, () -> "No worker sends an answer");
            finish(context);
        }
    }

    private void finish(AsyncContext context) {
        try {
            response.finish();
        } finally {
            context.complete();
        }
    }

    /** Nothing is held any more. */
    void end() {
        synchronized (shares) {
            over = true;
            shares.forEach(Share::close);
            shares.clear();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Its completion follows.
    }

    @Override
    public void onError(AsyncEvent event) {
        // Its completion follows.
    }

    /** Listeners of what went before are not told of what comes. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
