package dev.sandlot.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.log.Request;
import dev.sandlot.log.RequestId;
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

    @Test
    void anOrganizationLeavesPlacesOfLongWorkToTheOthers() {
        FairLine line = new FairLine("jobs", Bounds.ofServer(4), Bounds.UNBOUNDED, begun::add);
        for (int i = 0; i < 10; i++) {
            submit(line, "mallory/w" + i, "m" + i);
        }

        assertThat(begun).as("half of the places").hasSize(2);
        submit(line, "victim/main", "victim");
        assertThat(begun).hasSize(3);
        runAll();
        assertThat(done).hasSize(11);
    }

    @Test
    void aWorkspaceHasABoundOfItsOwn() {
        Bounds atOnce = new Bounds(Bounds.NONE, 1, Bounds.NONE, 100);
        FairLine line = new FairLine("jobs", atOnce, Bounds.UNBOUNDED, begun::add);
        submit(line, "a/busy", "b1");
        submit(line, "a/busy", "b2");
        submit(line, "a/quiet", "q");

        assertThat(begun).hasSize(2);
        runAll();
        assertThat(done).containsExactly("b1", "q", "b2");
    }

    @Test
    void whatWaitsIsBoundedForAnOrganizationToo() {
        Bounds waiting = new Bounds(Bounds.NONE, Bounds.NONE, 2, Bounds.NONE);
        FairLine line = new FairLine("jobs", Bounds.ofServer(1), waiting, begun::add);
        submit(line, "a/w0", "first");
        submit(line, "a/w1", "second");
        submit(line, "a/w2", "third");

        assertThat(failure(submit(line, "a/w3", "fourth")))
                .hasMessage("There are 2 jobs in this organization; try again");
        assertThat(submit(line, "b/main", "other").toCompletableFuture()).isNotCompletedExceptionally();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return stage.toCompletableFuture().handle((done, failure) -> failure).join();
    }

    @Test
    void itsPlaceIsFreeBeforeWhoeverWaitsIsTold() {
        FairLine line = line(1, 10);
        List<Integer> underWay = new ArrayList<>();
        submit(line, "a/main", "one").thenAccept(one -> underWay.add(line.underWay()));

        runAll();

        assertThat(underWay).containsExactly(0);
    }

    @Test
    void whoeverWaitsIsToldOfAnErrorToo() {
        FairLine line = line(1, 10);
        CompletionStage<String> broken = line.submit(new WorkspaceId("a", "main"), () -> {
            throw new StackOverflowError();
        });

        runAll();

        assertThat(failure(broken)).isInstanceOf(StackOverflowError.class);
        assertThat(line.underWay()).isZero();
    }

    /** They come again and again, and whoever comes has had nothing lately. */
    @Test
    void whoWaitsIsServedHoweverManyNewOnesCome() {
        FairLine line = line(1, 10);
        submit(line, "x/main", "x");
        submit(line, "victim/main", "v1");
        submit(line, "victim/main", "v2");
        submit(line, "a/main", "a");
        submit(line, "b/main", "b");
        for (int i = 0; i < 20 && !done.contains("v2"); i++) {
            begun.remove().run();
            String last = done.get(done.size() - 1);
            if (last.equals("a") || last.equals("b")) {
                submit(line, last + "/main", last);
            }
        }

        assertThat(done).contains("v1", "v2");
    }

    @Test
    void manyThatFindNoWorkerAllFail() {
        List<Runnable> taken = new ArrayList<>();
        FairLine line = new FairLine("jobs", 1, 100_000, work -> {
            if (!taken.isEmpty()) {
                throw new RejectedExecutionException("full");
            }
            taken.add(work);
        });
        List<CompletionStage<String>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add(submit(line, "a/main", "job"));
        }

        taken.get(0).run();

        assertThat(all.get(0).toCompletableFuture()).isCompletedWithValue("job");
        assertThat(all.subList(1, all.size()))
                .allMatch(stage -> stage.toCompletableFuture().isCompletedExceptionally());
        assertThat(line.underWay()).isZero();
    }

    @Test
    void aJobIsDoneForTheRequestThatSubmittedItThoughAnotherOnesEndBeginsIt() {
        FairLine line = line(1, 10);
        List<String> seen = new ArrayList<>();
        for (String id : List.of("first", "second")) {
            Request.within(
                    Request.of(id, null),
                    () -> line.submit(new WorkspaceId("a", "main"), () -> seen.add(id + " by " + current()))
                            .thenAccept(done -> seen.add(id + " told by " + current())));
        }

        runAll();

        assertThat(seen)
                .containsExactly("first by first", "first told by first", "second by second", "second told by second");
        assertThat(current()).isEqualTo("null");
    }

    private static String current() {
        return String.valueOf(RequestId.current());
    }
}
