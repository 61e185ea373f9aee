package dev.sandlot.environment;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.service.ServiceEvents;
import dev.sandlot.service.ServicePlan;
import dev.sandlot.service.ServiceProbe;
import dev.sandlot.service.ServiceSupervisor;
import dev.sandlot.task.TaskService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** The services of environments: an environment is ready when they are. */
@Singleton
public class EnvironmentServices implements ServiceEvents {
    private static final Logger LOG = ServerLog.of(EnvironmentServices.class);
    private static final int OUTPUT_SHOWN = 900;

    private final ServiceSupervisor supervisor;
    private final ServiceProbe probe;
    private final EnvironmentRepository repository;
    private final Secrets secrets;
    private final Clock clock;

    @Inject
    public EnvironmentServices(
            ServiceSupervisor supervisor,
            ServiceProbe probe,
            EnvironmentRepository repository,
            Secrets secrets,
            Clock clock) {
        this.supervisor = supervisor;
        this.probe = probe;
        this.repository = repository;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Starts all at once and waits until each can be used. */
    void start(Environment environment) throws SandboxException, PreparationException {
        for (TaskService service : environment.services()) {
            if (service.command().isEmpty()) {
                throw new PreparationException(
                        "The service " + service.name() + " has no command, and its image starts nothing by itself");
            }
        }
        Instant began = clock.instant();
        List<ServicePlan> plans = plans(environment);
        plans.forEach(plan -> supervisor.start(plan, variables(environment), this));
        try {
            for (ServicePlan plan : plans) {
                await(plan, began);
            }
        } catch (PreparationException failed) {
            tell(environment.sandbox(), "its services printed last" + lastLines(environment.sandbox()));
            throw failed;
        }
    }

    /** What they print goes with the sandbox, but for this. */
    private String lastLines(SandboxId sandbox) {
        String lines = supervisor.log(sandbox).stream()
                .map(line -> "\n    " + line.text())
                .collect(Collectors.joining());
        String last = lines.substring(Math.max(0, lines.length() - OUTPUT_SHOWN));
        return last.substring(Math.max(0, last.indexOf('\n')));
    }

    private void await(ServicePlan plan, Instant began) throws SandboxException, PreparationException {
        TaskService service = plan.service();
        try {
            switch (probe.await(plan, began)) {
                case READY -> tell(plan.sandbox(), "service " + service.name() + " is ready");
                case ENDED ->
                    throw new PreparationException("The service " + service.name() + " ended before it answered");
                case SILENT ->
                    throw new PreparationException(
                            "The service " + service.name() + " did not answer on port " + service.port() + " within "
                                    + service.startTimeout().toSeconds() + " s");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw SandboxException.interrupted(stopping);
        }
    }

    /** After a start of this server: looks after those again that live in these sandboxes; returns what else is there. */
    public Set<Observed> resume(Set<Observed> sandboxes) {
        Map<SandboxId, Environment> serving = repository.living().stream()
                .filter(environment -> environment.state() == EnvironmentState.READY)
                .filter(environment -> !environment.services().isEmpty())
                .collect(Collectors.toMap(Environment::sandbox, environment -> environment));
        return sandboxes.stream()
                .map(one -> serving.containsKey(one.id()) ? resume(one, serving.get(one.id())) : one)
                .collect(Collectors.toSet());
    }

    private Observed resume(Observed sandbox, Environment environment) {
        if (sandbox.executions().isEmpty()) {
            tell(sandbox.id(), "its services can't be looked after any more");
            return sandbox;
        }
        Set<ExecId> others = new HashSet<>(sandbox.executions().get());
        for (ServicePlan plan : plans(environment)) {
            supervisor.resume(plan, sandbox.executions().get(), variables(environment), this);
            others.removeIf(plan::isAttempt);
        }
        return new Observed(sandbox.id(), Optional.of(others));
    }

    private static List<ServicePlan> plans(Environment environment) {
        return environment.services().stream()
                .map(service -> new ServicePlan(
                        environment.sandbox(),
                        service,
                        Optional.ofNullable(environment.commands().user()),
                        environment.lifetime().expiresAt()))
                .toList();
    }

    private Supplier<Map<String, String>> variables(Environment environment) {
        return () -> secrets.commandVariables(environment);
    }

    /** A line of a log is no reason to leave a service alone. */
    @Override
    public void tell(SandboxId sandbox, String message) {
        try {
            repository.addEvent(sandbox.value(), clock.instant(), message);
        } catch (RuntimeException notNow) {
            Failures.log(LOG, Level.WARNING, notNow, () -> "An event of the environment " + sandbox + " is not stored");
        }
    }

    @Override
    public boolean isWanted(SandboxId sandbox) {
        return repository
                .find(sandbox.value())
                .filter(environment -> environment.state() == EnvironmentState.READY
                        || environment.state() == EnvironmentState.PROVISIONING)
                .isPresent();
    }
}
