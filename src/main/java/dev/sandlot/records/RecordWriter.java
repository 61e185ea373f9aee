package dev.sandlot.records;

import dev.sandlot.database.Violations;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Brings records to the database, many in one transaction. What the database will never take, for its environment is
 * gone say, or a value does not fit, is dropped and named in the log: it must not hold up all others.
 *
 * @param id of the execution that something is the record of
 * @param transaction writes all or nothing
 * @param dropped what there is left to do for one that is not stored; its end is in the audit all the same
 */
record RecordWriter<T>(Function<T, UUID> id, Consumer<List<T>> transaction, Consumer<T> dropped) {
    private static final Logger LOG = ServerLog.of(RecordWriter.class);

    /**
     * What came of a batch.
     *
     * @param stored in the database now
     * @param refused never to be in it
     * @param failure why the others are in neither
     */
    record Result<T>(List<T> stored, List<T> refused, Optional<RuntimeException> failure) {}

    Result<T> write(List<T> batch) {
        try {
            transaction.accept(batch);
            return new Result<>(batch, List.of(), Optional.empty());
        } catch (RuntimeException refused) {
            return Violations.isAway(refused)
                    ? new Result<>(List.of(), List.of(), Optional.of(refused))
                    : writeEach(batch);
        }
    }

    /** Writes each of a batch alone: one of them is at fault, or some. */
    private Result<T> writeEach(List<T> batch) {
        List<T> stored = new ArrayList<>();
        List<T> refused = new ArrayList<>();
        RuntimeException failure = null;
        for (T one : batch) {
            try {
                (writeOne(one) ? stored : refused).add(one);
            } catch (RuntimeException notNow) {
                failure = notNow;
                if (Violations.isAway(notNow)) {
                    break;
                }
            }
        }
        return new Result<>(stored, refused, Optional.ofNullable(failure));
    }

    /** False when the database will never take it. */
    private boolean writeOne(T one) {
        try {
            transaction.accept(List.of(one));
            return true;
        } catch (RuntimeException refused) {
            if (!Violations.isForGood(refused)) {
                throw refused;
            }
            drop(one, refused);
            return false;
        }
    }

    private void drop(T one, RuntimeException refused) {
        dropped.accept(one);
        Failures.log(
                LOG,
                Level.WARNING,
                refused,
                () -> "The database does not take the record of the execution " + id.apply(one)
                        + "; it is not kept any more");
    }
}
