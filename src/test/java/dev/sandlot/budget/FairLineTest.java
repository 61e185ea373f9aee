package dev.sandlot.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FairLineTest {
    /** What the line has begun, until the test lets it run. */
    private final Queue<Runnable> begun = new ArrayDeque<>();

    private final List<String> done = new ArrayList<>();

    private FairLine line(int atOnce, int waiting) {
        return new FairLine("jobs", atOnce, waiting, begun::add);
    }

    private CompletionStage<String> submit(FairLine line, String workspace, String name) {
        String[] parts = workspace.split("/", -1);
        return line.submit(new WorkspaceId(parts[0], parts[1]), () -> {
            done.add(name);
            return name;
        });
    }

    private void runAll() {
        while (!begun.isEmpty()) {
            begun.remove().run();
        }
    }

    @Test
    void noMoreIsUnderWayThanMay() {
        FairLine line = line(2, 10);
        for (int i = 0; i < 5; i++) {
            submit(line, "a/main", "a" + i);
        }

        assertThat(begun).hasSize(2);
        begun.remove().run();
        assertThat(begun).as("the next one took the place").hasSize(2);
        runAll();
        assertThat(done).containsExactly("a0", "a1", "a2", "a3", "a4");
        assertThat(line.underWay()).isZero();
    }

    @Test
    void aLongLineOfOneOrganizationHoldsNobodyElseUp() {
        FairLine line = line(1, 1000);
        for (int i = 0; i < 100; i++) {
            submit(line, "mallory/w" + i % 3, "m" + i);
        }
        submit(line, "victim/main", "victim");

        begun.remove().run();
        begun.remove().run();

        assertThat(done).containsExactly("m0", "victim");
    }

    @Test
    void aWorkspaceHoldsTheOthersOfItsOrganizationUpNoMoreThanThat() {
        FairLine line = line(2, 1000);
        for (int i = 0; i < 10; i++) {
            submit(line, "a/busy", "busy" + i);
        }
        submit(line, "a/quiet", "quiet");

        begun.remove().run();
        runAll();

        assertThat(done.indexOf("quiet")).isLessThanOrEqualTo(2);
    }

    @Test
    void aLineIsBoundedForEachWorkspace() {
        FairLine line = line(1, 2);
        submit(line, "a/main", "first");
        submit(line, "a/main", "second");
        submit(line, "a/main", "third");

        CompletableFuture<String> refused = submit(line, "a/main", "fourth").toCompletableFuture();
        CompletionStage<String> other = submit(line, "b/main", "other");

        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((name, failure) -> failure).join()).isInstanceOf(ApiException.class);
        runAll();
        assertThat(other.toCompletableFuture()).isCompletedWithValue("other");
        assertThat(done).doesNotContain("fourth");
    }

    @Test
    void workThatFailsGivesItsPlaceBack() {
        FairLine line = line(1, 10);
        CompletionStage<String> failing = line.submit(new WorkspaceId("a", "main"), () -> {
            throw new IllegalStateException("broken");
        });
        submit(line, "a/main", "next");

        runAll();

        assertThat(failing.toCompletableFuture()).isCompletedExceptionally();
        assertThat(done).containsExactly("next");
    }

    @Test
    void whereNothingRunsAnyMoreItFails() {
        FairLine line = new FairLine("jobs", 1, 10, work -> {
            throw new RejectedExecutionException("stopped");
        });

        assertThat(submit(line, "a/main", "one").toCompletableFuture()).isCompletedExceptionally();
        assertThat(line.underWay()).isZero();
    }
}
