package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.worker.Workers;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongAnswersTest {
    private static final WorkspaceId ACME = new WorkspaceId("acme", "main");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LongAnswers answers = new LongAnswers(new Workers(threads));

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void fewAreMadeAtOnce() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<Response>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(answers.json(ACME, () -> {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        some.countDown();
                        await(go);
                        atOnce.decrementAndGet();
                        throw ApiException.notFound("execution");
                    })
                    .toCompletableFuture());
        }
        assertThat(some.await(10, TimeUnit.SECONDS)).isTrue();
        go.countDown();

        for (CompletableFuture<Response> one : all) {
            assertThat(one)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(ApiException.class);
        }
        assertThat(most.get()).isEqualTo(4);
    }

    @Test
    void whatIsMadeAsideWaitsForNoOthers() throws Exception {
        CountDownLatch some = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            answers.json(ACME, () -> {
                some.countDown();
                await(go);
                return List.of();
            });
        }
        assertThat(some.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(answers.jsonAside(() -> {
                            throw ApiException.notFound("execution");
                        })
                        .toCompletableFuture())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(ApiException.class);
        go.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
