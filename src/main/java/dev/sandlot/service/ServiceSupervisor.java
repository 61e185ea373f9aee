package dev.sandlot.service;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.worker.Workers;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Looks after the services of all sandboxes: starts them, and starts them again when they end. A service belongs to its
 * sandbox: it outlives this server and ends with the sandbox.
 */
@Singleton
public class ServiceSupervisor {
    private final SandboxBackend backend;
    private final Workers workers;
    private final Clock clock;
    private final ConcurrentMap<SandboxId, ConcurrentMap<String, ServiceRun>> runs = new ConcurrentHashMap<>();

    @Inject
    public ServiceSupervisor(SandboxBackend backend, Workers workers, Clock clock) {
        this.backend = backend;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * Starts it; {@code variables} are asked for with every attempt.
     *
     * @throws RejectedExecutionException when nobody can look after it now; then it has not begun
     */
    public void start(ServicePlan plan, Supplier<Map<String, String>> variables, ServiceEvents events) {
        ServiceRun run = add(plan, variables, events);
        workers.executeApart(run);
    }

    /** Looks after it again, after a start of this server; {@code known}: the executions that its sandbox knows. */
    public void resume(
            ServicePlan plan, Set<ExecId> known, Supplier<Map<String, String>> variables, ServiceEvents events) {
        ServiceRun run = add(plan, variables, events);
        OptionalLong attempt = plan.newest(known);
        try {
            workers.executeApart(attempt.isPresent() ? () -> run.resume(attempt.getAsLong()) : run);
        } catch (RejectedExecutionException noWorker) {
            run.giveUp();
            events.tell(plan.sandbox(), "service " + plan.name() + " can't be looked after any more");
        }
    }

    private ServiceRun add(ServicePlan plan, Supplier<Map<String, String>> variables, ServiceEvents events) {
        ServiceRun run = new ServiceRun(backend, plan, variables, events, clock);
        runs.computeIfAbsent(plan.sandbox(), sandbox -> new ConcurrentHashMap<>())
                .put(plan.name(), run);
        return run;
    }

    /** Whether the sandbox is here, and has services or has had them. */
    public boolean knows(SandboxId sandbox) {
        return runs.containsKey(sandbox);
    }

    /** True when it has ended for good. */
    public boolean isOver(SandboxId sandbox, String name) {
        return of(sandbox).stream()
                .filter(run -> run.plan().name().equals(name))
                .allMatch(ServiceRun::isOver);
    }

    /** The last that the sandbox's services have printed, the oldest first; each line begins with its service's name. */
    public List<LogLine> log(SandboxId sandbox) {
        return of(sandbox).stream()
                .flatMap(run -> run.log().lines().stream()
                        .map(line -> new LogLine(line.at(), run.plan().name() + ": " + line.text())))
                .sorted(Comparator.comparing(LogLine::at))
                .toList();
    }

    private Collection<ServiceRun> of(SandboxId sandbox) {
        ConcurrentMap<String, ServiceRun> services = runs.get(sandbox);
        return services == null ? List.of() : services.values();
    }

    /** The sandbox is not there any more; what its services have printed goes with it. */
    public void forget(SandboxId sandbox) {
        of(sandbox).forEach(ServiceRun::stop);
        runs.remove(sandbox);
    }

    /** Services live on; this server does not look after them any more. */
    @PreDestroy
    public void stop() {
        runs.values().forEach(services -> services.values().forEach(ServiceRun::stop));
    }
}
