package dev.sandlot.environment;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxSpec;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.faulttolerance.Asynchronous;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Timeout;

/** Makes sandboxes: a few at once, more wait in a line of bounded length. */
@Singleton
public class Provisioner {
    private static final int AT_ONCE = 8;
    private static final int WAITING = 1000;
    private static final int TIMEOUT_SECONDS = 60;

    private final SandboxBackend backend;

    @Inject
    public Provisioner(SandboxBackend backend) {
        this.backend = backend;
    }

    /** Completes when the sandbox stands; fails with SandboxException, BulkheadException or TimeoutException. */
    @Asynchronous
    @Bulkhead(value = AT_ONCE, waitingTaskQueue = WAITING)
    @Timeout(value = TIMEOUT_SECONDS, unit = ChronoUnit.SECONDS)
    public CompletionStage<Boolean> provision(SandboxSpec spec) throws SandboxException {
        backend.create(spec);
        return CompletableFuture.completedFuture(true);
    }
}
