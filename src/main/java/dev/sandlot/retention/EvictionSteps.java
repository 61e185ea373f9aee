package dev.sandlot.retention;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.EvictionOrder.Step;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.records.ExecutionJournal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Does what has to be done to make room. */
@Singleton
class EvictionSteps {
    private static final Logger LOG = ServerLog.of(EvictionSteps.class);

    private final OutputEviction outputs;
    private final RecordEviction records;
    private final Forgetting retention;
    private final ExecutionJournal journal;
    private final KeptCount count;

    @Inject
    EvictionSteps(
            OutputEviction outputs,
            RecordEviction records,
            Retention retention,
            ExecutionJournal journal,
            KeptCount count) {
        this(outputs, records, retention::forget, journal, count);
    }

    EvictionSteps(
            OutputEviction outputs,
            RecordEviction records,
            Forgetting retention,
            ExecutionJournal journal,
            KeptCount count) {
        this.outputs = outputs;
        this.records = records;
        this.retention = retention;
        this.journal = journal;
        this.count = count;
    }

    /** Removes all that is known of an environment that has ended. */
    @FunctionalInterface
    interface Forgetting {
        void forget(UUID environment) throws IOException;
    }

    /** Returns whether it was of use: else there was not as much to be dropped as there should have been. */
    boolean take(Step step) throws IOException {
        store();
        KeptAccount account = step.account();
        count.count(account);
        LOG.log(Level.FINE, "Of {0} go {1}: {2} bytes", new Object[] {account.environment(), step.kind(), step.bytes()
        });
        return switch (step.kind()) {
            case OUTPUTS -> outputs.drop(account, step.bytes()) >= step.bytes();
            case RECORDS -> records.drop(account, step.bytes(), step.executions());
            case ENVIRONMENT -> {
                LOG.log(Level.INFO, "The record of {0} goes early, to make room", account.environment());
                retention.forget(account.environment());
                yield true;
            }
        };
    }

    /** What was counted is in the database then, but for what the database can't take now. */
    private void store() {
        try {
            journal.flush();
        } catch (RuntimeException notAll) {
            Failures.log(LOG, Level.FINE, notAll, () -> "Not all that was counted is in the database");
        }
    }

    /** Drops all outputs of an environment that has ended. */
    void dropOutputs(KeptAccount ended) throws IOException {
        store();
        count.count(ended);
        outputs.drop(ended, ended.held().removable());
    }
}
