package dev.sandlot.audit;

import dev.sandlot.audit.AuditLink.Head;
import dev.sandlot.database.Moments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes entries from the old end of the chain. The hash of the last one that has gone stays, so that what is left can
 * still be followed from its beginning; that entries were removed, and how many, is an entry as well.
 */
@Singleton
public class AuditRetention {
    private static final int AT_ONCE = 5_000;
    private static final int ROUNDS_MAX = 200;

    private final Jdbi jdbi;
    private final AuditChain chain;
    private final AuditConfig config;
    private final Clock clock;

    @Inject
    public AuditRetention(Jdbi jdbi, AuditChain chain, AuditConfig config, Clock clock) {
        this.jdbi = jdbi;
        this.chain = chain;
        this.config = config;
        this.clock = clock;
    }

    private record Old(Head head, Instant at) {}

    /** Called every minute. */
    public void sweep() {
        boolean more = true;
        for (int round = 0; more && round < ROUNDS_MAX; round++) {
            more = removeSome() == AT_ONCE;
        }
    }

    private long removeSome() {
        Optional<Head> last = jdbi.withHandle(this::lastToGo);
        if (last.isEmpty()) {
            return 0;
        }
        long[] removed = new long[1];
        chain.write(handle -> {
            removed[0] = handle.execute(
                    "delete from audit where seq <= ?", last.get().seq());
            handle.execute("delete from audit_anchor");
            handle.execute(
                    "insert into audit_anchor (seq, hash) values (?, ?)",
                    last.get().seq(),
                    last.get().hash());
            AuditOutcome outcome = AuditOutcome.done(removed[0]);
            return List.of(
                    new AuditEntry(clock.instant(), "pruneAudit", null, Origin.UNKNOWN, AuditTarget.NONE, outcome));
        });
        return removed[0];
    }

    /** The last of the oldest that are too old, or too many. */
    private Optional<Head> lastToGo(Handle handle) {
        long newest = handle.createQuery("select coalesce(max(seq), 0) from audit")
                .mapTo(Long.class)
                .one();
        Instant before = clock.instant().minus(config.age());
        Predicate<Old> goes = old ->
                old.head().seq() <= newest - config.entriesMax() || old.at().isBefore(before);
        if (oldest(handle, 1).stream().noneMatch(goes)) {
            return Optional.empty();
        }
        return oldest(handle, AT_ONCE).stream().takeWhile(goes).map(Old::head).reduce((one, next) -> next);
    }

    private static List<Old> oldest(Handle handle, int limit) {
        return handle.createQuery("select seq, hash, happened_at from audit order by seq limit :limit")
                .bind("limit", limit)
                .map((row, context) ->
                        new Old(new Head(row.getLong(1), row.getString(2)), Moments.require(row, "happened_at")))
                .list();
    }
}
