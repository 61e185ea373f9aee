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

/**
 * Makes one entry of many that are alike. What it holds, and what comes of it in a time, is bounded, and so is each
 * caller's part: whoever has had theirs is told of with less detail, and nobody else is.
 */
final class RepeatedEntries {
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** So many different ones of one caller are told apart at once, in each detail. */
    static final int OF_CALLER_MAX = 16;
    /** The same of those together of whom nobody knows who they are. */
    static final int OF_UNKNOWN_MAX = 64;
    /** So many of all; behind that the status alone is told. */
    static final int DIFFERENT_MAX = 2_048;

    private final Clock clock;
    private final Map<Alike, Run> runs = new HashMap<>();
    private final Map<Part, Integer> parts = new HashMap<>();
    private Instant looked = Instant.EPOCH;

    RepeatedEntries(Clock clock) {
        this.clock = clock;
    }

    /** How much is told of one: the first for which there is a place. */
    private enum Detail {
        ALL,
        /** Not what was done to what, for that may be anything. */
        ORIGIN,
        /** Not from where, either. */
        CALLER,
        /** Nothing else. */
        STATUS;

        AuditEntry of(AuditEntry entry) {
            return this == ALL
                    ? entry
                    : new AuditEntry(
                            entry.at(),
                            AuditEntry.UNKNOWN,
                            this == STATUS ? null : entry.subject(),
                            this == ORIGIN ? entry.origin() : Origin.UNKNOWN,
                            AuditTarget.NONE,
                            entry.outcome());
        }
    }

    /** One caller's, in one detail. */
    private record Part(@Nullable String subject, Detail detail) {
        int most() {
            return subject == null ? OF_UNKNOWN_MAX : OF_CALLER_MAX;
        }
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
        private final Part part;
        private final Instant begun;
        private AuditEntry last;
        private Instant first;
        private long count;

        private Run(Part part, AuditEntry begin) {
            this.part = part;
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

    /** One more; returns it when it is to be told of at once, with as much detail as there is a place for. */
    synchronized Optional<AuditEntry> add(AuditEntry entry) {
        for (Detail detail : Detail.values()) {
            AuditEntry told = detail.of(entry);
            Run run = runs.get(Alike.of(told));
            if (run != null) {
                run.add(told);
                return Optional.empty();
            }
            Part part = new Part(entry.subject(), detail);
            if (hasPlace(part)) {
                parts.merge(part, 1, Integer::sum);
                runs.put(Alike.of(told), new Run(part, told));
                return Optional.of(told);
            }
        }
        throw new IllegalStateException("a status has no place");
    }

    /** There are few different statuses. */
    private boolean hasPlace(Part part) {
        return part.detail() == Detail.STATUS
                || (runs.size() < DIFFERENT_MAX && parts.getOrDefault(part, 0) < part.most());
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
                parts.computeIfPresent(run.part, (part, many) -> many > 1 ? many - 1 : null);
                each.remove();
            }
        }
        return over;
    }
}
