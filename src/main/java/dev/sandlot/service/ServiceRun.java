package dev.sandlot.service;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.task.TaskService.Restart;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service, from its first start until it is not to be started again; on a worker's thread. */
class ServiceRun implements Runnable {
    private static final Logger LOG = ServerLog.of(ServiceRun.class);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    private final SandboxBackend backend;
    private final ServicePlan plan;
    private final Supplier<Map<String, String>> variables;
    private final ServiceEvents events;
    private final Clock clock;
    private final ServiceLog log;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Duration pause = PAUSE_MIN;
    /** Bytes of the attempt's output that have come. */
    private long received;

    private volatile boolean over;

    ServiceRun(
            SandboxBackend backend,
            ServicePlan plan,
            Supplier<Map<String, String>> variables,
            ServiceEvents events,
            Clock clock) {
        this.backend = backend;
        this.plan = plan;
        this.variables = variables;
        this.events = events;
        this.clock = clock;
        this.log = new ServiceLog(clock);
    }

    /** How an attempt ended. */
    private record End(boolean good, String words) {}

    ServicePlan plan() {
        return plan;
    }

    ServiceLog log() {
        return log;
    }

    /** True when it has ended and is not started again. */
    boolean isOver() {
        return over;
    }

    /** Leaves the service alone: it lives on in its sandbox, and nobody looks after it here any more. */
    void stop() {
        stopped.countDown();
    }

    /** Nobody looks after it from the start. */
    void giveUp() {
        over = true;
    }

    @Override
    public void run() {
        keepUp(0, false);
    }

    /** Takes up an attempt that an earlier server began. */
    void resume(long attempt) {
        keepUp(attempt, true);
    }

    private void keepUp(long first, boolean underWay) {
        boolean left = false;
        try {
            long attempt = first;
            boolean attach = underWay;
            while (true) {
                Instant began = clock.instant();
                End end = attach ? follow(attempt) : start(attempt);
                log.end();
                if (!goesOn(end, began)) {
                    break;
                }
                backend.acknowledge(plan.sandbox(), plan.id(attempt));
                attempt++;
                attach = false;
            }
        } catch (SandboxException gone) {
            left = SandboxException.isInterrupted(gone);
            Failures.log(LOG, Level.FINE, gone, () -> "The service " + plan.name() + " is not waited for any more");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            Failures.log(
                    LOG, Level.WARNING, broken, () -> "The service " + plan.name() + " is not looked after any more");
        }
        // One that is left alone goes on.
        over = !left && !isStopped();
    }

    /** Waits before the next attempt; false: there is none. An ending that is the last one stays with the sandbox. */
    private boolean goesOn(End end, Instant began) throws InterruptedException {
        if (isStopped() || !events.isWanted(plan.sandbox())) {
            return false;
        }
        Restart policy = plan.service().restart();
        if (policy == Restart.NEVER || (policy == Restart.ON_FAILURE && end.good())) {
            events.tell(plan.sandbox(), "service " + plan.name() + " " + end.words());
            return false;
        }
        if (Duration.between(began, clock.instant()).compareTo(PAUSE_MAX) > 0) {
            pause = PAUSE_MIN;
        }
        events.tell(
                plan.sandbox(),
                "service " + plan.name() + " " + end.words() + "; it is started again in " + pause.toSeconds() + " s");
        boolean stops = stopsWithin(pause);
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
        return !stops && events.isWanted(plan.sandbox());
    }

    /** Waits for that time; true as soon as it is told to stop. */
    boolean stopsWithin(Duration time) throws InterruptedException {
        return stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isStopped() {
        return stopped.getCount() == 0 || Thread.currentThread().isInterrupted();
    }

    private OutputSink sink() {
        return (stream, offset, bytes) -> {
            received = offset + bytes.remaining();
            log.add(bytes);
        };
    }

    private End start(long attempt) throws SandboxException {
        received = 0;
        Map<String, String> env;
        try {
            env = variables.get();
        } catch (RuntimeException secretGone) {
            return new End(false, "can't start: " + secretGone.getMessage());
        }
        try {
            return end(backend.execute(plan.sandbox(), plan.attempt(attempt, env, clock.instant()), sink()));
        } catch (SandboxException broken) {
            if (broken.neverRan()) {
                Failures.log(LOG, Level.WARNING, broken, () -> "The service " + plan.name() + " did not start");
                return new End(false, "did not start");
            }
            return goneOr(broken, attempt);
        }
    }

    /** The connection broke, not the service: it is looked for again, and not started twice. */
    private End goneOr(SandboxException broken, long attempt) throws SandboxException {
        if (broken.kind() == Kind.SANDBOX_DIED || broken.kind() == Kind.INTERRUPTED || isStopped()) {
            throw broken;
        }
        return follow(attempt);
    }

    private End follow(long attempt) throws SandboxException {
        try {
            return end(backend.attach(
                    plan.sandbox(),
                    plan.id(attempt),
                    new KnownOutput(received, 0),
                    plan.left(clock.instant()),
                    sink()));
        } catch (SandboxException broken) {
            if (broken.kind() != Kind.UNKNOWN || isStopped()) {
                throw broken;
            }
            return new End(false, "ended while nobody looked");
        }
    }

    private static End end(ExecReport report) {
        ExecOutcome outcome = report.outcome();
        if (outcome instanceof ExecOutcome.Exited exited) {
            return new End(exited.exitCode() == 0, "ended with exit code " + exited.exitCode());
        }
        if (outcome instanceof ExecOutcome.Signalled signalled) {
            return new End(
                    false,
                    signalled.outOfMemory()
                            ? "was killed: out of memory"
                            : "was killed by signal " + signalled.signal());
        }
        return new End(false, "was killed");
    }
}
