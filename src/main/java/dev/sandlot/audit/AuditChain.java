package dev.sandlot.audit;

import dev.sandlot.audit.AuditLink.Head;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * The chain's newest end. One transaction at a time adds to it, and what it tells of is written in that same transaction:
 * both are there, or neither. There is one server on a database, so nobody else adds to it.
 */
@Singleton
public class AuditChain {
    private final Jdbi jdbi;
    private final ReentrantLock lock = new ReentrantLock();
    /** The last entry that is in the database; null when that must be asked. */
    private @Nullable Head head;

    @Inject
    public AuditChain(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Does the work in a transaction, and adds to the chain in it what the work returns. */
    public void write(Function<Handle, List<AuditEntry>> work) {
        lock.lock();
        try {
            Head known = head;
            // Whether a transaction that failed has been committed all the same, only the database knows.
            head = null;
            head = jdbi.inTransaction(handle -> {
                Head before = known == null ? find(handle) : known;
                return append(handle, before, work.apply(handle));
            });
        } finally {
            lock.unlock();
        }
    }

    private static Head append(Handle handle, Head before, List<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return before;
        }
        Head last = before;
        try (PreparedStatement statement = handle.getConnection().prepareStatement(AuditRow.INSERT)) {
            for (AuditEntry entry : entries) {
                AuditLink link = AuditLink.after(last, entry);
                new AuditRow(link, entry).bind(statement);
                statement.addBatch();
                last = link.head();
            }
            statement.executeBatch();
        } catch (SQLException refused) {
            throw new UnableToExecuteStatementException(refused, null);
        }
        return last;
    }

    private static Head find(Handle handle) {
        return handle.createQuery("select seq, hash from audit order by seq desc limit 1")
                .map((row, context) -> new Head(row.getLong(1), row.getString(2)))
                .findOne()
                .orElseGet(() -> anchor(handle));
    }

    /** Where the chain begins now: behind the last entry that was removed, or at its genesis. */
    static Head anchor(Handle handle) {
        return handle.createQuery("select seq, hash from audit_anchor")
                .map((row, context) -> new Head(row.getLong(1), row.getString(2)))
                .findOne()
                .orElse(Head.GENESIS);
    }
}
