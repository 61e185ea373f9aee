package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.EnvironmentProvisioner.Provisioned;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.task.TaskCatalogue;
import dev.sandlot.task.TaskDefinition;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Takes what callers ask to be provisioned, in whatever way it comes. */
@Singleton
public class ProvisionIntake {
    private final EnvironmentProvisioner provisioner;
    private final TaskCatalogue catalogue;
    private final Secrets secrets;
    private final Clock clock;

    @Inject
    public ProvisionIntake(EnvironmentProvisioner provisioner, TaskCatalogue catalogue, Secrets secrets, Clock clock) {
        this.provisioner = provisioner;
        this.catalogue = catalogue;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** What a body asks for; tells faults, and is empty only where it has told one. */
    public Optional<ProvisionRequest> read(JsonBody body, WorkspaceId workspace, Faults faults) {
        Optional<ProvisionRequest> read = ProvisionRequest.read(body, faults);
        read.ifPresent(request -> secrets.check(workspace.org(), request.secretIds(), faults));
        return read;
    }

    /**
     * Has it made; fails as {@link EnvironmentProvisioner} does.
     *
     * @param base the server as its clients see it
     * @param key under which it is made once
     * @return the environment with its token
     * @throws ApiException NOT_FOUND where the task is not to be had
     */
    public CompletionStage<EnvironmentView> provision(
            Caller caller, WorkspaceId workspace, ProvisionRequest request, URI base, Optional<IdempotencyKey> key) {
        TaskDefinition task =
                catalogue.resolve(request.taskRef(), workspace.org()).orElseThrow(() -> ApiException.notFound("task"));
        WantedEnvironment wanted = new WantedEnvironment(caller, workspace, task, request, base);
        return key.map(known -> provisioner.provisionOnce(wanted, known))
                .orElseGet(() -> provisioner.provision(wanted))
                .thenApply(made -> shown(made, base));
    }

    private EnvironmentView shown(Provisioned made, URI base) {
        return EnvironmentView.of(
                made.environment(), clock.instant(), base, made.token().text());
    }
}
