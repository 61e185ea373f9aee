package dev.sandlot.log;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of the request that the current thread works for: echoed to the client, and in every log line of that request.
 * Whoever hands work to another thread hands it on; {@link ServerLog} writes it.
 */
public final class RequestId {
    /** In which a client names it, and is told it. */
    public static final String HEADER = "X-Request-Id";

    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

    private RequestId() {}

    /** The client's own id when it is fit for a log line, else a new one. */
    public static String accept(@Nullable String proposed) {
        return proposed != null && ACCEPTABLE.matcher(proposed).matches()
                ? proposed
                : UUID.randomUUID().toString();
    }

    /** The current request's id, or null outside of any. */
    public static @Nullable String current() {
        return CURRENT.get();
    }

    /** What is done within: work that may fail as it says. */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        void run() throws E;
    }

    /** Works for that request, or with null for none; afterwards the thread works for whom it did before. */
    public static <E extends Exception> void within(@Nullable String id, Work<E> work) throws E {
        String before = CURRENT.get();
        set(id);
        try {
            work.run();
        } finally {
            set(before);
        }
    }

    private static void set(@Nullable String id) {
        if (id == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(id);
        }
    }

    /** The work, for the current request whatever thread does it. */
    public static Runnable carry(Runnable work) {
        String id = current();
        return () -> within(id, work::run);
    }

    /** An executor whose work is done for the current request, whoever hands it over. */
    public static Executor carry(Executor executor) {
        String id = current();
        return work -> executor.execute(() -> within(id, work::run));
    }

    /** Completes as that stage does, and what follows on is done for the current request, whoever completes it. */
    public static <T> CompletionStage<T> carry(CompletionStage<T> stage) {
        String id = current();
        CompletableFuture<T> carried = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> within(id, () -> {
            if (failure == null) {
                carried.complete(value);
            } else {
                carried.completeExceptionally(failure);
            }
        }));
        return carried;
    }
}
