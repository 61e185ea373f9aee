package dev.sandlot.budget;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Work of many tenants, so much of it at once. Whose turn it is: the organization that has the least under way, of
 * equals the one that was served longest ago; in it the workspace by the same rule. Who has a long line waits for its
 * own work, and the others do not.
 */
public final class FairLine {
    private final String what;
    private final int atOnce;
    private final int waitingPerWorkspace;
    private final Executor executor;
    private final Map<WorkspaceId, Queue<Job<?>>> waiting = new LinkedHashMap<>();
    private final Map<Object, Served> served = new HashMap<>();
    private int runningInAll;
    private long turns;

    /**
     * @param what is done, in a refusal's words: "environments are being provisioned"
     * @param atOnce how much of it is under way at once
     * @param waitingPerWorkspace how much of one workspace may wait
     * @param executor runs it
     */
    public FairLine(String what, int atOnce, int waitingPerWorkspace, Executor executor) {
        if (atOnce < 1 || waitingPerWorkspace < 1) {
            throw new IllegalArgumentException("a line needs at least one place");
        }
        this.what = what;
        this.atOnce = atOnce;
        this.waitingPerWorkspace = waitingPerWorkspace;
        this.executor = executor;
    }

    /**
     * What an organization or a workspace has had; forgotten when nothing of it is under way or waits.
     *
     * @param last the turn that was its last one
     */
    private record Served(int running, long last) {
        static final Served NEVER = new Served(0, 0);
    }

    private record Job<T>(WorkspaceId workspace, Callable<T> work, CompletableFuture<T> result) {
        void run() {
            try {
                result.complete(work.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        }
    }

    /** Completes as the work does, when its turn has come; fails with RATE_LIMITED when too much waits already. */
    public <T> CompletionStage<T> submit(WorkspaceId workspace, Callable<T> work) {
        Job<T> job = new Job<>(workspace, work, new CompletableFuture<>());
        synchronized (this) {
            Queue<Job<?>> line = waiting.computeIfAbsent(workspace, first -> new ArrayDeque<>());
            if (line.size() >= waitingPerWorkspace) {
                return CompletableFuture.failedFuture(
                        new ApiException(ErrorType.RATE_LIMITED, "Too many " + what + " in this workspace; try again")
                                .withHeader("Retry-After", "1"));
            }
            line.add(job);
        }
        beginWhatMay();
        return job.result();
    }

    private void beginWhatMay() {
        for (Job<?> job : takeTurns()) {
            try {
                executor.execute(() -> {
                    try {
                        job.run();
                    } finally {
                        end(job);
                    }
                });
            } catch (RuntimeException noWorker) {
                job.result().completeExceptionally(noWorker);
                end(job);
            }
        }
    }

    private synchronized List<Job<?>> takeTurns() {
        List<Job<?>> turns = new ArrayList<>();
        while (runningInAll < atOnce && !waiting.isEmpty()) {
            turns.add(take(next()));
        }
        return turns;
    }

    private WorkspaceId next() {
        Comparator<Object> byShare = Comparator.comparingInt(
                        (Object one) -> served(one).running())
                .thenComparingLong(one -> served(one).last());
        return waiting.keySet().stream()
                .min(Comparator.comparing(WorkspaceId::org, byShare).thenComparing(one -> one, byShare))
                .orElseThrow();
    }

    private Served served(Object one) {
        return served.getOrDefault(one, Served.NEVER);
    }

    /** The rest of its line goes behind all others. */
    private Job<?> take(WorkspaceId workspace) {
        Queue<Job<?>> line = waiting.remove(workspace);
        Job<?> job = line.remove();
        if (!line.isEmpty()) {
            waiting.put(workspace, line);
        }
        turns++;
        more(workspace);
        more(workspace.org());
        runningInAll++;
        return job;
    }

    private void end(Job<?> job) {
        synchronized (this) {
            runningInAll--;
            less(job.workspace());
            less(job.workspace().org());
        }
        beginWhatMay();
    }

    private void more(Object one) {
        served.put(one, new Served(served(one).running() + 1, turns));
    }

    private void less(Object one) {
        served.computeIfPresent(
                one,
                (same, had) ->
                        had.running() == 1 && !isWaiting(one) ? null : new Served(had.running() - 1, had.last()));
    }

    private boolean isWaiting(Object one) {
        return waiting.keySet().stream()
                .anyMatch(workspace -> workspace.equals(one) || workspace.org().equals(one));
    }

    /** How much is under way. */
    public synchronized int underWay() {
        return runningInAll;
    }
}
