package dev.sandlot.audit;

import dev.sandlot.audit.AuditLink.Head;
import dev.sandlot.audit.AuditRow.Found;
import dev.sandlot.database.Moments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** Reads the chain, some entries at a time: whatever is asked for, memory and transactions are small. */
@Singleton
public class AuditReader {
    private static final int AT_ONCE = 500;
    /** More than a sweep has steps. */
    private static final int LOOKS_MAX = 256;

    private final Jdbi jdbi;

    @Inject
    public AuditReader(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The newest {@code limit} entries before {@code before}, the newest first, as lines of JSON with their hashes. */
    public List<String> newest(AuditQuery query, long before, int limit) {
        return links(query, "seq < :from", before, "desc", limit).stream()
                .map(AuditLink::line)
                .toList();
    }

    /** Where lines go. */
    @FunctionalInterface
    public interface Lines {
        void write(String line) throws IOException;
    }

    /** All entries, the oldest first, as lines of JSON with their hashes. */
    public void all(AuditQuery query, Lines lines) throws IOException {
        long after = 0;
        List<AuditLink> some = links(query, "seq > :from", after, "asc", AT_ONCE);
        while (!some.isEmpty()) {
            for (AuditLink link : some) {
                lines.write(link.line());
                after = link.seq();
            }
            some = links(query, "seq > :from", after, "asc", AT_ONCE);
        }
    }

    private List<AuditLink> links(AuditQuery query, String where, long from, String order, int limit) {
        return jdbi.withHandle(handle -> {
            Query select = handle.createQuery("select " + AuditRow.LINK + " from audit where " + where + query.sql()
                            + " order by seq " + order + " limit :limit")
                    .bind("from", from)
                    .bind("limit", limit);
            query.conditions()
                    .forEach((condition, value) -> select.bind(
                            condition.replaceFirst(".*:", ""),
                            value instanceof Instant moment ? Moments.utc(moment) : value));
            return select.map((row, context) -> AuditRow.readLink(row)).list();
        });
    }

    /**
     * What a look at the whole chain has found.
     *
     * @param entries that are good
     * @param from where it begins: the last entry that was removed from its old end, if one was
     * @param to its last good entry
     * @param broken the first entry that is not as it was written, with what is wrong
     */
    public record Verified(
            long entries, AuditVerifier.Place from, AuditVerifier.Place to, Optional<AuditVerifier.Broken> broken) {}

    /**
     * Looks at each entry, and at what can be searched for. Old entries that are removed meanwhile, as they are to be, look
     * like a break: where the chain's beginning has moved, it is looked at again from there.
     */
    public Verified verify() {
        Head anchor = jdbi.withHandle(AuditChain::anchor);
        Verified found = verify(anchor);
        for (int looks = 1; found.broken().isPresent() && looks < LOOKS_MAX; looks++) {
            Head now = jdbi.withHandle(AuditChain::anchor);
            if (now.equals(anchor)) {
                break;
            }
            anchor = now;
            found = verify(anchor);
        }
        return found;
    }

    private Verified verify(Head anchor) {
        AuditVerifier verifier = AuditVerifier.from(anchor);
        List<Found> some = rows(anchor.seq());
        Optional<AuditVerifier.Broken> broken = Optional.empty();
        while (!some.isEmpty() && broken.isEmpty()) {
            for (Found found : some) {
                broken = broken.isPresent() ? broken : next(verifier, found);
            }
            some = rows(some.get(some.size() - 1).link().seq());
        }
        return new Verified(
                verifier.count(), new AuditVerifier.Place(anchor.seq(), anchor.hash()), verifier.last(), broken);
    }

    private static Optional<AuditVerifier.Broken> next(AuditVerifier verifier, Found found) {
        return found.agrees()
                ? verifier.next(found.link())
                : Optional.of(
                        new AuditVerifier.Broken(found.link().seq(), "What it can be found by is not what it says"));
    }

    private List<Found> rows(long after) {
        return jdbi.withHandle((Handle handle) -> handle.createQuery(
                        "select " + AuditRow.ALL + " from audit where seq > :after order by seq limit :limit")
                .bind("after", after)
                .bind("limit", AT_ONCE)
                .map((row, context) -> AuditRow.read(row))
                .list());
    }
}
