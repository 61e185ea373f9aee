package dev.sandlot.ops;

import dev.sandlot.admission.Mode;
import dev.sandlot.admission.WorkGate;
import dev.sandlot.auth.ContainerLogin;
import dev.sandlot.auth.ProviderKeys;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.local.LocalBackend;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.security.auth.login.LoginException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.jdbi.v3.core.Jdbi;

/** What MicroProfile Health asks of the application. */
@Singleton
class HealthChecks {
    private static final Logger LOG = ServerLog.of(HealthChecks.class);

    private final ServerState state;
    private final Instance<Jdbi> jdbi;
    private final Instance<LocalBackend> backend;
    private final ProviderKeys keys;
    private final ContainerLogin login;
    private final Instance<WorkGate> gate;

    @Inject
    HealthChecks(
            ServerState state,
            Instance<Jdbi> jdbi,
            Instance<LocalBackend> backend,
            ProviderKeys keys,
            ContainerLogin login,
            Instance<WorkGate> gate) {
        this.state = state;
        this.jdbi = jdbi;
        this.backend = backend;
        this.keys = keys;
        this.login = login;
        this.gate = gate;
    }

    @Produces
    @Startup
    HealthCheck started() {
        return () ->
                HealthCheckResponse.named("sandlot").status(state.isStarted()).build();
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.up("sandlot");
    }

    @Produces
    @Readiness
    HealthCheck database() {
        return () -> HealthCheckResponse.named("database")
                .status(state.isStarted() && answers())
                .build();
    }

    private boolean answers() {
        try {
            return jdbi.get()
                            .withHandle(handle -> handle.createQuery("select 1")
                                    .mapTo(Integer.class)
                                    .one())
                    == 1;
        } catch (RuntimeException away) {
            LOG.log(Level.WARNING, "Not ready: {0}", Failures.sentence(away));
            return false;
        }
    }

    /** Down while the server is drained: others are to be asked for what is new. */
    @Produces
    @Readiness
    HealthCheck mode() {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("mode");
            if (!state.isStarted()) {
                return response.down().build();
            }
            Mode mode = gate.get().mode();
            return response.withData("mode", mode.word())
                    .status(mode != Mode.DRAIN)
                    .build();
        };
    }

    /** Up when a good token is taken: there is a key to verify it with, and the container can log its caller in. */
    @Produces
    @Readiness
    HealthCheck identity() {
        return () -> HealthCheckResponse.named("identity")
                .status(state.isStarted() && takesTokens())
                .build();
    }

    private boolean takesTokens() {
        try {
            keys.require();
            login.require();
            return true;
        } catch (IOException | LoginException refused) {
            LOG.log(Level.WARNING, "Not ready, every token is refused: {0}", Failures.sentence(refused));
            return false;
        }
    }

    /** Up when sandboxes can be made and killed; what else the host holds is told beside it. */
    @Produces
    @Readiness
    HealthCheck sandbox() {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("sandbox");
            if (!state.isStarted()) {
                return response.down().build();
            }
            Guarantees guarantees = backend.get().guarantees();
            guarantees.held().forEach(response::withData);
            guarantees.offered().forEach(response::withData);
            boolean works = guarantees.held().getOrDefault("sandbox", false)
                    && guarantees.held().getOrDefault("kill", false);
            return response.status(works).build();
        };
    }
}
