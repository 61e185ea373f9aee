package dev.sandlot.quota;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The processor time of executions that ended today (UTC), by tenant, and whether more may begin. It is counted at their
 * ends: those that are under way count when they are over.
 */
@Singleton
public class ProcessorTime {
    private static final long SECOND_MILLIS = 1000;
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final Ceilings quotas;
    private final Clock clock;
    private volatile Day today;

    @Inject
    public ProcessorTime(Quotas quotas, Clock clock) {
        this.quotas = quotas.of(Allowance.CPU_SECONDS_PER_DAY);
        this.clock = clock;
        this.today = new Day(day(clock.instant()));
    }

    /** What one day has come to, in milliseconds. */
    private record Day(LocalDate date, Map<WorkspaceId, LongAdder> workspaces, Map<String, LongAdder> organizations) {
        Day(LocalDate date) {
            this(date, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }

        void add(WorkspaceId workspace, long millis) {
            workspaces.computeIfAbsent(workspace, first -> new LongAdder()).add(millis);
            organizations
                    .computeIfAbsent(workspace.org(), first -> new LongAdder())
                    .add(millis);
        }
    }

    static LocalDate day(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** So much was used by an execution that ended then. */
    public void used(WorkspaceId workspace, Instant at, long millis) {
        Day day = current();
        if (millis > 0 && day(at).equals(day.date())) {
            day.add(workspace, millis);
        }
    }

    private Day current() {
        Day known = today;
        LocalDate date = day(clock.instant());
        return known.date().equals(date) ? known : next(date);
    }

    private synchronized Day next(LocalDate date) {
        if (!today.date().equals(date)) {
            today = new Day(date);
        }
        return today;
    }

    private static <K> long millis(Map<K, LongAdder> used, K key) {
        LongAdder known = used.get(key);
        return known == null ? 0 : known.sum();
    }

    /** Milliseconds of today. */
    public long today(WorkspaceId workspace) {
        return millis(current().workspaces(), workspace);
    }

    /** The same of all workspaces of an organization. */
    public long today(String org) {
        return millis(current().organizations(), org);
    }

    /** Throws RATE_LIMITED when today's quota is used up. */
    public void requireLeft(WorkspaceId workspace) {
        requireLeft("workspace", quotas.ofWorkspace(workspace, UNBOUNDED), today(workspace));
        requireLeft("organization", quotas.ofOrganization(workspace.org(), UNBOUNDED), today(workspace.org()));
    }

    private void requireLeft(String place, long most, long usedMillis) {
        if (most != UNBOUNDED && usedMillis >= most * SECOND_MILLIS) {
            Instant now = clock.instant();
            Instant end = day(now).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
            long seconds = Duration.between(now, end).toSeconds() + 1;
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "This " + place + " has used its " + most + " seconds of processor time of today; try again"
                                    + " tomorrow (UTC)")
                    .withHeader("Retry-After", Long.toString(seconds));
        }
    }
}
