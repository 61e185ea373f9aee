package dev.sandlot.usage;

import dev.sandlot.admission.ExecutionPermits;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.Paging;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.ProcessorTime;
import dev.sandlot.quota.Quotas;
import dev.sandlot.quota.UsageTable;
import dev.sandlot.quota.Used;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tenants hold and have used: the first from memory, the second from the database. */
@Singleton
public class Usages {
    private static final int DAYS_TOLD = 30;
    private static final long SECOND_MILLIS = 1000;
    private static final long NONE = Long.MAX_VALUE;

    private final UsageTable table;
    private final ProcessorTime processorTime;
    private final Quotas quotas;
    private final Budget environments;
    private final Budget executions;
    private final KeptBytes kept;
    private final Clock clock;

    @Inject
    Usages(
            UsageTable table,
            ProcessorTime processorTime,
            Quotas quotas,
            Environments environments,
            ExecutionPermits permits,
            KeptBytes kept,
            Clock clock) {
        this.table = table;
        this.processorTime = processorTime;
        this.quotas = quotas;
        this.environments = environments.budget();
        this.executions = permits.budget();
        this.kept = kept;
        this.clock = clock;
    }

    /** Workspaces and their organizations, and how many workspaces there are. */
    public record Page(List<UsageView> workspaces, List<UsageView> organizations, int total) {}

    /** The day that is asked for, from which on is told what was used: the last thirty where none is. */
    public LocalDate since(@Nullable String text, Faults faults) {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate usual = today.minusDays(DAYS_TOLD - 1);
        if (text == null) {
            return usual;
        }
        try {
            // The form alone lets years in that no database has.
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1 && !day.isAfter(today)) {
                return day;
            }
        } catch (DateTimeParseException noDay) {
            // Told below, with what is no day that has been.
        }
        faults.badValue("Must be a day that has begun, as 2026-01-31", "query", "since");
        return usual;
    }

    /** A workspace's. */
    UsageView of(WorkspaceId workspace, LocalDate since) {
        return of(workspace, since, table.since(workspace, since));
    }

    /** A page of all, by name. */
    public Page page(LocalDate since, Paging paging) {
        UsageTable.Page found = table.since(since, paging.offset(), paging.limit());
        return new Page(
                found.entries().stream()
                        .map(entry -> of(entry.workspace(), since, entry.used()))
                        .toList(),
                found.entries().stream()
                        .map(entry -> entry.workspace().org())
                        .distinct()
                        .map(this::of)
                        .toList(),
                found.total());
    }

    private UsageView of(WorkspaceId workspace, LocalDate since, Used used) {
        return new UsageView(
                workspace.org(),
                workspace.workspace(),
                AmountView.of(environments.inUse(workspace), environments.bound(workspace)),
                AmountView.of(executions.inUse(workspace), executions.bound(workspace)),
                AmountView.of(processorTime.today(workspace), millis(cpu().ofWorkspace(workspace, NONE))),
                AmountView.of(kept.held(workspace).total(), kept.bound(workspace)),
                AmountView.of(0, requests().ofWorkspace(workspace, NONE)).limit(),
                UsedView.of(since.toString(), used));
    }

    private UsageView of(String org) {
        return new UsageView(
                org,
                null,
                AmountView.of(environments.inUse(org), environments.bound(org)),
                AmountView.of(executions.inUse(org), executions.bound(org)),
                AmountView.of(processorTime.today(org), millis(cpu().ofOrganization(org, NONE))),
                AmountView.of(kept.held(org).total(), kept.bound(org)),
                AmountView.of(0, requests().ofOrganization(org, NONE)).limit(),
                null);
    }

    private Ceilings cpu() {
        return quotas.of(Allowance.CPU_SECONDS_PER_DAY);
    }

    private Ceilings requests() {
        return quotas.of(Allowance.REQUESTS_PER_SECOND);
    }

    private static long millis(long seconds) {
        return seconds == NONE ? NONE : seconds * SECOND_MILLIS;
    }
}
