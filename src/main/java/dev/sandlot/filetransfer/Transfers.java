package dev.sandlot.filetransfer;

import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.http.RefusedBody;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxPath;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Lets callers in to the files of their environments: each with a courier in the sandbox, and a place of its own. */
@Singleton
class Transfers {
    private static final Logger LOG = ServerLog.of(Transfers.class);
    /** How long a sandbox may say nothing. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Environments environments;
    private final SandboxBackend backend;
    private final Workers workers;
    private final Clock clock;
    private final Budget places;

    @Inject
    Transfers(Environments environments, SandboxBackend backend, Workers workers, Clock clock, TransferConfig config) {
        this.environments = environments;
        this.backend = backend;
        this.workers = workers;
        this.clock = clock;
        this.places = new Budget(
                "operations on files",
                "wait for one to end",
                new Bounds(config.perEnvironment(), Bounds.NONE, Bounds.NONE, config.perServer()));
    }

    /** What is done with a courier. What is written into the answer's body may go on with it. */
    @FunctionalInterface
    interface Work<T> {
        T with(FileCourier courier) throws FileException, IOException;
    }

    /**
     * On a worker, when the checks have let the caller in; {@code path} is what a refusal speaks of. The courier ends with
     * the exchange.
     */
    <T> CompletionStage<T> answer(FileAccess access, SandboxPath path, Work<T> work) {
        Environment environment = environments.require(access.workspace(), access.environment(), access.token());
        environment.requireReady(clock.instant());
        Share place = places.take(environment.tenant(), 1);
        Exchange.hold(access.exchange(), place);
        HeldCourier held = new HeldCourier();
        Exchange.hold(access.exchange(), held);
        Optional<String> who = access.user()
                .or(() -> Optional.ofNullable(environment.commands().user()));
        FileRefusals refusals =
                new FileRefusals(path, access.part(), environment.resources().memoryBytes());
        return CompletableFuture.supplyAsync(
                () -> {
                    FileCourier courier = send(environment, who, refusals);
                    held.hold(courier);
                    return told(refusals, () -> work.with(courier));
                },
                Exchange.afterReturn(workers));
    }

    private FileCourier send(Environment environment, Optional<String> user, FileRefusals refusals) {
        try {
            return backend.courier(environment.sandbox(), user, IDLE);
        } catch (FileException refused) {
            throw refusals.of(refused);
        } catch (SandboxException failed) {
            Failures.log(LOG, Level.FINE, failed, () -> "Nobody carries files of " + environment.id());
            throw new ApiException(
                    failed.kind() == Kind.NO_ANSWER ? ErrorType.GATEWAY_TIMEOUT : ErrorType.BAD_GATEWAY,
                    failed.kind() == Kind.SANDBOX_DIED
                            ? "The environment's sandbox is gone"
                            : "The sandbox takes no operation on its files now");
        }
    }

    /** Ends with its exchange, which may be over before it has come. */
    private static final class HeldCourier implements Share {
        private @Nullable FileCourier courier;
        private boolean over;

        synchronized void hold(FileCourier come) {
            courier = come;
            if (over) {
                come.close();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            if (courier != null) {
                courier.close();
            }
        }
    }

    /** Something that may be refused. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws FileException, IOException;
    }

    private static <T> T told(FileRefusals refusals, Step<T> step) {
        try {
            return step.run();
        } catch (FileException refused) {
            throw refusals.of(refused);
        } catch (RefusedBody body) {
            throw body.refusal();
        } catch (SocketTimeoutException silent) {
            Failures.log(LOG, Level.FINE, silent, () -> "A courier was silent");
            throw new ApiException(
                    ErrorType.GATEWAY_TIMEOUT, "The sandbox did not answer within " + IDLE.toSeconds() + " s");
        } catch (IOException broken) {
            Failures.log(LOG, Level.FINE, broken, () -> "A courier broke off");
            throw new ApiException(ErrorType.BAD_GATEWAY, "The sandbox broke off before this was done");
        }
    }
}
