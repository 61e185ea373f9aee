package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Clients who send each command under a key of its own, again and again until it is answered, whatever the server does. */
final class KeyedLoad implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final long PAUSE_MILLIS = 100;
    private static final Duration END = Duration.ofMinutes(2);

    private final Api api;
    private final Environment environment;
    private final Set<String> answered = new ConcurrentSkipListSet<>();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final Semaphore answers = new Semaphore(0);
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();

    KeyedLoad(Api api, Environment environment) {
        this.api = api;
        this.environment = environment;
        for (int i = 0; i < CLIENTS; i++) {
            String name = "client" + i;
            clients.add(CompletableFuture.runAsync(() -> work(name), threads));
        }
    }

    private void work(String name) {
        try {
            for (int i = 0; enough.getCount() > 0; i++) {
                String word = name + "-" + i;
                while (!isAnswered(word)) {
                    // Refused or cut off: a client's pause before it tries again.
                    enough.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                }
                answered.add(word);
                answers.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnswered(String word) throws InterruptedException {
        try {
            Answer answer = api.post(
                    "/" + environment.id() + "/execute",
                    Api.body("echo " + word + " >> /workspace/answered", Map.of()),
                    Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", word));
            return answer.status() == 200;
        } catch (IOException cutOff) {
            return false;
        }
    }

    /** Waits for that many more answers. */
    void awaitAnswers(int count) throws InterruptedException {
        answers.drainPermits();
        assertThat(answers.tryAcquire(count, END.toSeconds(), TimeUnit.SECONDS))
                .as("answers")
                .isTrue();
    }

    /** Ends it; each command has run, once, whose answer a client has seen, and no other. */
    void assertEachHasRunOnce() throws Exception {
        close();
        for (CompletableFuture<Void> client : clients) {
            assertThat(client).succeedsWithin(END);
        }
        assertThat(api.output(environment, "cat /workspace/answered").lines())
                .containsExactlyInAnyOrderElementsOf(answered);
    }

    @Override
    public void close() {
        enough.countDown();
        threads.shutdown();
    }
}
