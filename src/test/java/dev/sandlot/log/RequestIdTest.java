package dev.sandlot.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RequestIdTest {
    private final List<String> seen = new ArrayList<>();

    private void look() {
        seen.add(String.valueOf(RequestId.current()));
    }

    @Test
    void theThreadWorksAgainForWhomItDidBefore() {
        Request.within(Request.of("a", null), () -> {
            Request.within(Request.of("b", null), this::look);
            Request.within(null, this::look);
            assertThatThrownBy(() -> Request.within(Request.of("c", null), () -> {
                        throw new IOException("broken");
                    }))
                    .isInstanceOf(IOException.class);
            look();
        });
        look();

        assertThat(seen).containsExactly("b", "null", "a", "null");
    }

    @Test
    void whatIsCarriedIsDoneForWhoCarriedIt() {
        List<Runnable> later = new ArrayList<>();
        Request.within(Request.of("a", null), () -> later.add(Request.carry(this::look)));
        Request.within(Request.of("b", null), () -> {
            Executor carrying = Request.carry((Executor) later::add);
            Request.within(Request.of("c", null), () -> carrying.execute(this::look));
        });

        Request.within(Request.of("d", null), () -> later.forEach(Runnable::run));

        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void whatFollowsOnIsDoneForWhoWaitsAndNotForWhoCompletes() {
        CompletableFuture<String> work = new CompletableFuture<>();
        List<CompletionStage<String>> waiting = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            Request.within(
                    Request.of(id, null),
                    () -> waiting.add(Request.carry(work).whenComplete((done, failure) -> look())));
        }

        Request.within(
                Request.of("worker", null), () -> work.completeExceptionally(new IllegalStateException("broken")));

        assertThat(seen).containsExactlyInAnyOrder("a", "b");
        assertThat(waiting)
                .allSatisfy(one -> assertThat(one.toCompletableFuture()).isCompletedExceptionally());
    }

    @Test
    void aClientsIdIsTakenWhereItIsFitForALine() {
        assertThat(RequestId.accept("mine-1")).isEqualTo("mine-1");
        for (String unfit : new String[] {"", "a b", "a\nb", "{0}", "x".repeat(129)}) {
            assertThat(RequestId.accept(unfit)).hasSize(36);
        }
    }
}
