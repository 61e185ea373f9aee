package dev.sandlot.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes one entry of many that are alike. What it holds, and what comes of it in a time, is bounded. */
final class RepeatedEntries {
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** So many different ones are told apart at once. */
    static final int DIFFERENT_MAX = 128;

    private final Clock clock;
    private final Map<Alike, Run> runs = new HashMap<>();
    private Instant looked = Instant.EPOCH;

    RepeatedEntries(Clock clock) {
        this.clock = clock;
    }

    /** What is the same in entries that are alike. */
    private record Alike(
            String operation,
            @Nullable String subject,
            @Nullable String credential,
            @Nullable String address,
            AuditTarget target,
            @Nullable Integer status) {
        static Alike of(AuditEntry entry) {
            return new Alike(
                    entry.operation(),
                    entry.subject(),
                    entry.origin().credential(),
                    entry.origin().address(),
                    entry.target(),
                    entry.outcome().status());
        }
    }

    /** Those that have come since the first, which is told of already. */
    private static final class Run {
        private final Instant begun;
        private AuditEntry last;
        private Instant first;
        private long count;

        private Run(AuditEntry begin) {
            this.begun = begin.at();
            this.last = begin;
            this.first = begin.at();
        }

        private void add(AuditEntry entry) {
            first = count == 0 ? entry.at() : first;
            last = entry;
            count++;
        }

        private Optional<AuditEntry> told() {
            return count == 0
                    ? Optional.empty()
                    : Optional.of(with(
                            last, last.origin(), last.target(), last.outcome().counted(count, first)));
        }
    }

    private static AuditEntry with(AuditEntry entry, Origin origin, AuditTarget target, AuditOutcome outcome) {
        return new AuditEntry(entry.at(), entry.operation(), entry.subject(), origin, target, outcome);
    }

    /** One more; returns it when it is to be told of at once. */
    synchronized Optional<AuditEntry> add(AuditEntry entry) {
        AuditEntry told = entry;
        Run run = runs.get(Alike.of(entry));
        if (run == null && runs.size() >= DIFFERENT_MAX) {
            told = nameless(entry);
            run = runs.get(Alike.of(told));
        }
        if (run != null) {
            run.add(told);
            return Optional.empty();
        }
        runs.put(Alike.of(told), new Run(told));
        return Optional.of(told);
    }

    /** By its status alone. */
    private static AuditEntry nameless(AuditEntry entry) {
        return new AuditEntry(entry.at(), AuditEntry.UNKNOWN, null, Origin.UNKNOWN, AuditTarget.NONE, entry.outcome());
    }

    /** Those whose time is over. */
    synchronized List<AuditEntry> over() {
        Instant now = clock.instant();
        if (runs.isEmpty() || now.isBefore(looked.plusSeconds(1))) {
            return List.of();
        }
        looked = now;
        return take(now.minus(WINDOW));
    }

    /** All, for nobody asks again. */
    synchronized List<AuditEntry> all() {
        return take(Instant.MAX);
    }

    private List<AuditEntry> take(Instant before) {
        List<AuditEntry> over = new ArrayList<>();
        for (Iterator<Run> each = runs.values().iterator(); each.hasNext(); ) {
            Run run = each.next();
            if (!run.begun.isAfter(before)) {
                run.told().ifPresent(over::add);
                each.remove();
            }
        }
        return over;
    }
}
