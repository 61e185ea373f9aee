package dev.sandlot.retention;

import dev.sandlot.environment.Reconciler;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.OutputStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Removes what nobody can read any more. */
@Singleton
public class Retention {
    private static final Logger LOG = ServerLog.of(Retention.class);

    private final Reconciler reconciler;
    private final OutputStore outputs;
    private final StoredBytes stored;
    private final KeptBytes kept;

    @Inject
    public Retention(Reconciler reconciler, OutputStore outputs, StoredBytes stored, KeptBytes kept) {
        this.reconciler = reconciler;
        this.outputs = outputs;
        this.stored = stored;
        this.kept = kept;
    }

    /** Called every minute. */
    public void sweep() {
        for (UUID environment : reconciler.outOfRetention()) {
            try {
                forget(environment);
            } catch (IOException stays) {
                LOG.log(Level.WARNING, "The outputs of {0} can''t be removed yet: {1}", new Object[] {
                    environment, stays.getMessage()
                });
            }
        }
    }

    /** Removes all that is known of an environment that has ended; its outputs go first, its own record last. */
    void forget(UUID environment) throws IOException {
        outputs.delete(environment);
        stored.deleteAll(environment);
        reconciler.forget(environment);
        kept.forget(environment);
    }
}
