package dev.sandlot.execution;

import dev.sandlot.environment.Reconciler;
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
    private static final Logger LOG = Logger.getLogger(Retention.class.getName());

    private final Reconciler reconciler;
    private final OutputStore outputs;

    @Inject
    public Retention(Reconciler reconciler, OutputStore outputs) {
        this.reconciler = reconciler;
        this.outputs = outputs;
    }

    /** Called every minute. */
    public void sweep() {
        for (UUID environment : reconciler.outOfRetention()) {
            try {
                outputs.delete(environment);
                reconciler.forget(environment);
            } catch (IOException stays) {
                LOG.log(Level.WARNING, "The outputs of {0} can''t be removed yet: {1}", new Object[] {
                    environment, stays.getMessage()
                });
            }
        }
    }
}
