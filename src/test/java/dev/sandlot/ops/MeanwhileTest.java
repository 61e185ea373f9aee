package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeanwhileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void goesOnBesideWhoBeganIt() throws Exception {
        CountDownLatch mine = new CountDownLatch(1);

        try (Meanwhile<Boolean> beside = begin(() -> mine.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))) {
            mine.countDown();

            assertThat(beside.get()).isTrue();
        }
    }

    @Test
    void failsAsWithoutAThread() {
        try (Meanwhile<String> broken = begin(() -> {
                    throw new IOException("no room");
                });
                Meanwhile<String> wrong = begin(() -> {
                    throw new IllegalArgumentException("no number");
                })) {
            assertThatThrownBy(broken::get)
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("no room");
            assertThatThrownBy(wrong::get)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no number");
        }
    }

    @Test
    void hasEndedWhenWhoBeganItLeavesEarly() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);

        assertThatThrownBy(() -> {
                    try (Meanwhile<Boolean> beside = begin(() -> {
                        begun.countDown();
                        ended.set(left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                        return true;
                    })) {
                        assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                                .isTrue();
                        assertThat(beside).isNotNull();
                        left.countDown();
                        throw new IOException("left");
                    }
                })
                .hasMessage("left");

        assertThat(ended).isTrue();
    }

    @Test
    void isWaitedForNoLongerThanItMayTake() {
        CountDownLatch never = new CountDownLatch(1);

        try (Meanwhile<Boolean> late = Meanwhile.begin(
                executor, Duration.ofMillis(1), () -> never.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))) {
            assertThatThrownBy(late::get).isInstanceOf(IOException.class).hasMessage("it took too long");
        }
    }

    private <T> Meanwhile<T> begin(Callable<T> work) {
        return Meanwhile.begin(executor, PATIENCE, work);
    }
}
