package dev.sandlot.audit;

import dev.sandlot.audit.AuditLink.Head;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows a chain entry by entry, and names the first that is not as it was written. */
public final class AuditVerifier {
    private @Nullable Head head;
    private long count;

    private AuditVerifier(@Nullable Head head) {
        this.head = head;
    }

    /** A chain that goes on from there. */
    static AuditVerifier from(Head head) {
        return new AuditVerifier(head);
    }

    /** A chain of which the beginning is not known: its first entry says after what it comes. */
    static AuditVerifier fromAnywhere() {
        return new AuditVerifier(null);
    }

    /** A place in a chain. */
    public record Place(long seq, String hash) {}

    /** An entry that is not as it was written. */
    public record Broken(long seq, String reason) {}

    /** Takes the next entry; tells what is wrong with it. */
    Optional<Broken> next(AuditLink link) {
        Head before = head == null ? new Head(link.seq() - 1, link.previous()) : head;
        Optional<Broken> broken = look(before, link);
        if (broken.isEmpty()) {
            head = link.head();
            count++;
        }
        return broken;
    }

    private static Optional<Broken> look(Head before, AuditLink link) {
        if (link.seq() != before.seq() + 1) {
            return Optional.of(new Broken(before.seq() + 1, "It is missing: " + link.seq() + " comes in its place"));
        }
        if (!link.isWhole()) {
            return Optional.of(new Broken(link.seq(), "Its hash is not that of its text"));
        }
        boolean isBegun = before.seq() > 0 || before.equals(Head.GENESIS);
        return isBegun && link.previous().equals(before.hash())
                ? Optional.empty()
                : Optional.of(new Broken(link.seq(), "It does not follow on the entry before it"));
    }

    /** How many entries are good. */
    long count() {
        return count;
    }

    /** The last good entry; the genesis where there is none. */
    Place last() {
        Head last = head == null ? Head.GENESIS : head;
        return new Place(last.seq(), last.hash());
    }
}
