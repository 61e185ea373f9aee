package dev.sandlot.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The request that the current thread works for, with what is known of it by now: whoever hands work to another thread
 * hands it on, and {@link ServerLog} writes it into each line.
 */
public final class Request {
    private static final ThreadLocal<Request> CURRENT = new ThreadLocal<>();

    private final @Nullable String id;
    private final @Nullable String traceId;
    private volatile @Nullable String caller;
    private volatile @Nullable UUID environment;
    private volatile @Nullable UUID execution;
    private volatile Trace trace = Trace.NONE;

    private Request(@Nullable String id, @Nullable String traceId) {
        this.id = id;
        this.traceId = traceId;
    }

    /** One that has come; both as they were accepted. */
    public static Request of(String id, @Nullable String traceId) {
        return new Request(id, traceId);
    }

    /** Work on an execution that nobody waits for any more: an earlier server was asked for it. */
    public static Request resumed(UUID environment, UUID execution) {
        Request request = new Request(null, null);
        request.environment = environment;
        request.execution = execution;
        return request;
    }

    /** The current one, or null outside of any. */
    public static @Nullable Request current() {
        return CURRENT.get();
    }

    /** Its id; none where nobody waits for it any more. */
    public @Nullable String id() {
        return id;
    }

    @Nullable
    String traceId() {
        return traceId;
    }

    @Nullable
    String caller() {
        return caller;
    }

    @Nullable
    UUID environment() {
        return environment;
    }

    @Nullable
    UUID execution() {
        return execution;
    }

    /** What the steps of a request are told to; null: nobody's. */
    public static Trace traceOf(@Nullable Request request) {
        return request == null ? Trace.NONE : request.trace;
    }

    /** Does a piece of work of the current request's, and tells its trace. */
    public static <T> T traced(String name, Callable<T> work) throws Exception {
        Trace trace = traceOf(CURRENT.get());
        if (trace == Trace.NONE) {
            return work.call();
        }
        long begun = System.nanoTime();
        try {
            return work.call();
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            trace.tell(name, List.of(new Trace.Step(name, took)), Map.of());
        }
    }

    /** What the current request's steps are told to. */
    public static void isPartOf(Trace trace) {
        Request request = CURRENT.get();
        if (request != null) {
            request.trace = trace;
        }
    }

    /** The current request is this caller's. */
    public static void isOf(String subject) {
        Request request = CURRENT.get();
        if (request != null) {
            request.caller = subject;
        }
    }

    /** The current request is about that environment. */
    public static void isAbout(UUID environment) {
        Request request = CURRENT.get();
        if (request != null) {
            request.environment = environment;
        }
    }

    /** The current request is about that execution. */
    public static void isAboutExecution(UUID execution) {
        Request request = CURRENT.get();
        if (request != null) {
            request.execution = execution;
        }
    }

    /** What is done within: work that may fail as it says. */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        void run() throws E;
    }

    /** Works for that request, or with null for none; afterwards the thread works for whom it did before. */
    public static <E extends Exception> void within(@Nullable Request request, Work<E> work) throws E {
        Request before = CURRENT.get();
        set(request);
        try {
            work.run();
        } finally {
            set(before);
        }
    }

    private static void set(@Nullable Request request) {
        if (request == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(request);
        }
    }

    /** The work, for the current request whatever thread does it. */
    public static Runnable carry(Runnable work) {
        Request request = current();
        return () -> within(request, work::run);
    }

    /** An executor whose work is done for the current request, whoever hands it over. */
    public static Executor carry(Executor executor) {
        Request request = current();
        return work -> executor.execute(() -> within(request, work::run));
    }

    /** Completes as that stage does, and what follows on is done for the current request, whoever completes it. */
    public static <T> CompletionStage<T> carry(CompletionStage<T> stage) {
        Request request = current();
        CompletableFuture<T> carried = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> within(request, () -> {
            if (failure == null) {
                carried.complete(value);
            } else {
                carried.completeExceptionally(failure);
            }
        }));
        return carried;
    }
}
