package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.worker.Workers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RefusalPaceTest {
    private static final int PER_SECOND = 100;
    private static final int AT_ONCE = 10;

    private final Queue<Runnable> ticks = new ArrayDeque<>();
    private boolean stopping;
    private long now;
    private int sent;

    private final RefusalPace pace = pace(PER_SECOND);

    private RefusalPace pace(int perSecond) {
        return new RefusalPace(perSecond, new Workers(Runnable::run), this::later, () -> now);
    }

    private Future<?> later(Duration wait, Runnable work) {
        if (stopping) {
            throw new RejectedExecutionException("the server stops");
        }
        assertThat(wait).isEqualTo(RefusalPace.TICK);
        ticks.add(work);
        return CompletableFuture.completedFuture(null);
    }

    private void refuse(RefusalPace by, String source, int times) {
        for (int i = 0; i < times; i++) {
            OptionalLong turn = by.takeTurn(source);
            if (turn.isPresent()) {
                by.send(turn.getAsLong(), () -> sent++);
            } else {
                sent++;
            }
        }
    }

    /** While somebody is served again and again. */
    private void pass(Duration time) {
        for (long end = now + time.toNanos(); now < end; now += RefusalPace.TICK.toNanos()) {
            pace.served();
            tick();
        }
    }

    private void tick() {
        Runnable due = ticks.poll();
        if (due != null) {
            due.run();
        }
    }

    @Test
    void aServerThatDoesNothingElseRefusesAsFastAsItCan() {
        refuse(pace, RefusalPace.STRANGERS, 10_000);

        assertThat(sent).isEqualTo(10_000);
        assertThat(ticks).isEmpty();
    }

    @Test
    void whileOthersAreServedASourceHasItsPace() {
        pace.served();
        refuse(pace, RefusalPace.STRANGERS, 1_000);
        assertThat(sent).isEqualTo(AT_ONCE);

        pass(Duration.ofSeconds(1));
        assertThat(sent).isBetween(PER_SECOND, PER_SECOND + AT_ONCE);

        pass(Duration.ofSeconds(10));
        assertThat(sent).isEqualTo(1_000);
        assertThat(ticks).isEmpty();
    }

    @Test
    void whoAsksAgainWhenTheyAreAnsweredIsSlowedDown() {
        pace.served();
        int before = 0;
        for (int second = 0; second < 5; second++) {
            refuse(pace, "flood", second == 0 ? 64 : sent - before);
            before = sent;
            pass(Duration.ofSeconds(1));
        }

        assertThat(sent).isLessThanOrEqualTo(5 * PER_SECOND + AT_ONCE);
    }

    @Test
    void oneSourceDoesNotMakeAnotherWait() {
        pace.served();
        refuse(pace, "flood", 1_000);

        assertThat(pace.takeTurn("once")).isEmpty();
        assertThat(pace.takeTurn("flood")).isPresent();
    }

    @Test
    void nobodyWaitsWhereNobodyElseIsServedAnyMore() {
        pace.served();
        refuse(pace, "flood", 100);
        now += RefusalPace.LULL.toNanos();
        tick();
        tick();

        assertThat(sent).isEqualTo(100);
        assertThat(ticks).isEmpty();
        pace.served();
        assertThat(pace.takeTurn("flood"))
                .as("what was due before is forgotten")
                .isEmpty();
    }

    @Test
    void noMoreWaitThanThereIsRoomFor() {
        pace.served();
        refuse(pace, "flood", AT_ONCE + RefusalPace.WAITING_MAX + 5);

        assertThat(sent).isEqualTo(AT_ONCE + 5);
    }

    @Test
    void withoutABoundNobodyWaits() {
        RefusalPace none = pace(0);
        none.served();
        refuse(none, "flood", 1_000);

        assertThat(sent).isEqualTo(1_000);
    }

    @Test
    void evenASlowPaceSendsTheFirstAtOnce() {
        RefusalPace slow = pace(1);
        slow.served();

        assertThat(slow.takeTurn("one")).isEmpty();
        assertThat(slow.takeTurn("one")).isPresent();
    }

    @Test
    void aServerThatStopsLeavesNobodyWaiting() {
        pace.served();
        refuse(pace, "flood", 100);
        stopping = true;
        tick();
        assertThat(sent).isEqualTo(100);

        refuse(pace, "flood", 100);
        assertThat(sent).isEqualTo(200);

        stopping = false;
        refuse(pace, "flood", 100);
        pace.stop();
        assertThat(sent).isEqualTo(300);
        assertThat(pace.takeTurn("flood")).isEmpty();
    }
}
