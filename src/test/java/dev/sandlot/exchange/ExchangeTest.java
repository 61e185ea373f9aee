package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Tenant;
import dev.sandlot.worker.Workers;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** When the container has a request back. */
class ExchangeTest {
    private final List<String> done = new ArrayList<>();
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final Workers workers = new Workers(threads::add);
    private final AsyncContext context = fake(AsyncContext.class);
    private int status = 200;
    private final Exchange exchange = exchange();

    private Exchange exchange() {
        Budget budget = new Budget("answers", "wait", Bounds.UNBOUNDED);
        PacedResponse response =
                new PacedResponse(fake(HttpServletResponse.class), budget, Tenant.of(new WorkspaceId("acme", "main")));
        RefusalPace pace = new RefusalPace(
                100, workers, (wait, work) -> CompletableFuture.completedFuture(null), () -> Long.MAX_VALUE / 2);
        return new Exchange(fake(HttpServletRequest.class), response, workers, pace, "somebody");
    }

    /** Of the container's; what completes is noted. */
    private <T> T fake(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("complete")) {
                        done.add("the container has it back");
                    }
                    Class<?> answer = method.getReturnType();
                    return answer == int.class ? (Object) status : answer == boolean.class ? (Object) true : null;
                }));
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    /** As JAX-RS does it: the answer is complete, and after that its response is used once more. */
    private void answer() {
        exchange.complete(context);
        done.add("the response was used");
    }

    private void isGivenBackWhenAllHasReturned() {
        assertThat(done).containsExactly("the response was used", "the container has it back");
    }

    @Test
    void workThatWasPutOffHasReturnedBeforeTheContainerHasTheRequestBack() {
        exchange.enter();
        Executor afterReturn = Exchange.afterReturn(workers);
        afterReturn.execute(this::answer);
        exchange.leave();

        runAll();

        isGivenBackWhenAllHasReturned();
    }

    @Test
    void workThatComesLaterHasReturnedToo() {
        exchange.enter();
        Executor afterReturn = Exchange.afterReturn(workers);
        exchange.leave();
        afterReturn.execute(this::answer);

        runAll();

        isGivenBackWhenAllHasReturned();
    }

    @Test
    void aRefusalTooIsUsedToItsEnd() {
        status = 404;
        exchange.enter();
        Executor afterReturn = Exchange.afterReturn(workers);
        exchange.leave();
        afterReturn.execute(this::answer);

        runAll();

        isGivenBackWhenAllHasReturned();
    }

    @Test
    void workThatFailsKeepsNoRequest() {
        exchange.enter();
        Executor afterReturn = Exchange.afterReturn(workers);
        exchange.leave();
        afterReturn.execute(() -> {
            exchange.complete(context);
            throw new IllegalStateException("a fault");
        });

        try {
            runAll();
        } catch (IllegalStateException fault) {
            done.add("the fault is told");
        }

        assertThat(done).containsExactly("the container has it back", "the fault is told");
    }
}
