package dev.sandlot.budget;

import static java.util.Objects.requireNonNull;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.log.Request;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Work of many tenants, so much of it at once. Whose turn it is: the organization that has the least under way, of
 * equals the one that was served longest ago; in it the workspace by the same rule. Who has a long line waits for its
 * own work, and the others do not.
 */
public final class FairLine {
    private static final String ADVICE = "try again";
    private static final Comparator<Party> BY_SHARE =
            Comparator.comparingInt((Party party) -> party.begun).thenComparingLong(party -> party.last);

    private final Budget places;
    private final Budget room;
    private final Executor executor;
    private final Map<String, Organization> organizations = new LinkedHashMap<>();
    private int underWay;
    private long turns;

    /**
     * A line in which one organization may have all places while nobody else wants them: for work that is short.
     *
     * @param what waits, in a refusal's words: "environments that wait to be made"
     * @param atOnce how much of it is under way at once
     * @param waitingPerWorkspace how much of one workspace may wait
     * @param executor runs it
     */
    public FairLine(String what, int atOnce, int waitingPerWorkspace, Executor executor) {
        this(
                Budget.unshared(what, ADVICE, new Bounds(Bounds.NONE, Bounds.NONE, Bounds.NONE, atOnce)),
                Budget.unshared(what, ADVICE, new Bounds(Bounds.NONE, waitingPerWorkspace, Bounds.NONE, Bounds.NONE)),
                executor);
    }

    /**
     * A line of work that may take long. Its places are shared as a {@link Budget} is: the work of one organization never
     * fills them all, and what is over its share waits though a place is free.
     *
     * @param what waits, in a refusal's words: "environments that wait to be prepared"
     * @param atOnce how much of it is under way at once
     * @param waiting how much of it may wait
     * @param executor runs it
     */
    public FairLine(String what, Bounds atOnce, Bounds waiting, Executor executor) {
        this(new Budget(what, ADVICE, atOnce), new Budget(what, ADVICE, waiting), executor);
    }

    private FairLine(Budget places, Budget room, Executor executor) {
        this.places = places;
        this.room = room;
        this.executor = executor;
    }

    /** A taker who has something under way or waiting here; forgotten when neither is so. */
    private abstract static class Party {
        /** How much of it is under way. */
        int begun;
        /** The turn that was its last one. */
        long last;

        Party(long last) {
            this.last = last;
        }

        void begin(long turn) {
            begun++;
            last = turn;
        }
    }

    private static final class Line extends Party {
        private final Tenant tenant;
        private final Queue<Job<?>> waiting = new ArrayDeque<>();

        Line(WorkspaceId workspace, long last) {
            super(last);
            this.tenant = Tenant.of(workspace);
        }
    }

    private static final class Organization extends Party {
        private final Map<WorkspaceId, Line> lines = new LinkedHashMap<>();

        Organization(long last) {
            super(last);
        }
    }

    /** Whose turn may be next. */
    private record Turn(Organization organization, Line line) {}

    private static final class Job<T> {
        private final WorkspaceId workspace;
        private final Callable<T> work;
        private final Share room;
        private final @Nullable Request request = Request.current();
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private Share place = Share.NOTHING;

        Job(WorkspaceId workspace, Callable<T> work, Share room) {
            this.workspace = workspace;
            this.work = work;
            this.room = room;
        }

        /** Does the work; what is returned tells whoever waits of its end, whatever that was. */
        Runnable run() {
            try {
                T done = work.call();
                return () -> result.complete(done);
            } catch (Throwable failure) {
                return () -> result.completeExceptionally(failure);
            }
        }
    }

    /**
     * Completes as the work does, when its turn has come; its place is free by then, so that what follows on may take its
     * time. Fails with RATE_LIMITED when too much waits already, and as the executor does when that takes nothing.
     */
    public <T> CompletionStage<T> submit(WorkspaceId workspace, Callable<T> work) {
        Job<T> job;
        try {
            job = new Job<>(workspace, work, room.take(Tenant.of(workspace), 1));
        } catch (ApiException full) {
            return CompletableFuture.failedFuture(full);
        }
        enter(job);
        beginWhatMay();
        return job.result;
    }

    /** A newcomer counts as served before the last turn: it goes before who had that one, and behind who waits longer. */
    private synchronized void enter(Job<?> job) {
        organizations
                .computeIfAbsent(job.workspace.org(), org -> new Organization(turns - 1))
                .lines
                .computeIfAbsent(job.workspace, workspace -> new Line(workspace, turns - 1))
                .waiting
                .add(job);
    }

    private void beginWhatMay() {
        for (Job<?> job = next(); job != null; job = next()) {
            begin(job);
        }
    }

    private void begin(Job<?> job) {
        try {
            // Whoever ends the job before begins this one.
            executor.execute(() -> Request.within(job.request, () -> work(job)));
        } catch (RuntimeException noWorker) {
            leave(job);
            Request.within(job.request, () -> job.result.completeExceptionally(noWorker));
        }
    }

    private void work(Job<?> job) {
        Runnable end = job.run();
        leave(job);
        beginWhatMay();
        end.run();
    }

    /** Takes the job whose turn it is out of its line; null when none may begin now. */
    private synchronized @Nullable Job<?> next() {
        Turn turn = organizations.values().stream()
                .flatMap(organization -> turnOf(organization).stream())
                .min(Comparator.comparing(Turn::organization, BY_SHARE))
                .orElse(null);
        if (turn == null) {
            return null;
        }
        Job<?> job = turn.line().waiting.remove();
        job.room.close();
        job.place = places.take(turn.line().tenant, 1);
        turns++;
        turn.organization().begin(turns);
        turn.line().begin(turns);
        underWay++;
        return job;
    }

    private Optional<Turn> turnOf(Organization organization) {
        return organization.lines.values().stream()
                .filter(line -> !line.waiting.isEmpty() && places.has(line.tenant, 1))
                .min(BY_SHARE)
                .map(line -> new Turn(organization, line));
    }

    private synchronized void leave(Job<?> job) {
        job.place.close();
        underWay--;
        Organization organization = requireNonNull(organizations.get(job.workspace.org()));
        Line line = requireNonNull(organization.lines.get(job.workspace));
        organization.begun--;
        line.begun--;
        if (line.begun == 0 && line.waiting.isEmpty()) {
            organization.lines.remove(job.workspace);
        }
        if (organization.lines.isEmpty()) {
            organizations.remove(job.workspace.org());
        }
    }

    /** How much is under way. */
    public synchronized int underWay() {
        return underWay;
    }
}
