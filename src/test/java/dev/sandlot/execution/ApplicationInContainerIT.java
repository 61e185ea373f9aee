package dev.sandlot.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Caller;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.Environments;
import dev.sandlot.environment.SampleEnvironment;
import dev.sandlot.environment.Transition;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxSpec;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only the container shows: injection, the EJB, the managed executor, the data source, JWT. */
@Tag("alone")
@ExtendWith(ArquillianExtension.class)
class ApplicationInContainerIT {
    private static final Caller CALLER = new Caller("tester", Set.of("admin"), Set.of("acme/*"));

    @Inject
    private Environments environments;

    @Inject
    private EnvironmentRepository repository;

    @Inject
    private ExecutionAdmission admission;

    @Inject
    private Executions executions;

    @Inject
    private SandboxBackend backend;

    @Deployment
    static WebArchive deployment() {
        return Deployments.application(ApplicationInContainerIT.class, SampleEnvironment.class, SampleRequest.class);
    }

    private static WantedExecution wanted(Environment environment, String command) {
        return new WantedExecution(CALLER, environment, SampleRequest.of(command), Origin.UNKNOWN);
    }

    @Test
    void theEjbDispatchesACommandAndItsRecordIsStored() throws Exception {
        Environment environment = SampleEnvironment.in(EnvironmentState.READY);
        repository.insert(environment, 10);
        backend.create(new SandboxSpec(
                environment.sandbox(),
                List.of(),
                "/workspace",
                new SandboxLimits(128L << 20, 1000, 64, 16L << 20, 64),
                Duration.ofMinutes(5)));

        ExecutionProgress running = admission.begin(wanted(environment, "echo $A; exit 6"), false);
        Execution ended = running.ended().get(30, TimeUnit.SECONDS);

        assertEquals(ExecutionState.EXITED, ended.state());
        assertEquals(6, ended.ended().orElseThrow().exitCode());
        assertEquals(ended, executions.require(environment, ended.id()));
        environments.tearDown(environment.id());
        assertEquals(
                EnvironmentState.TORN_DOWN,
                environments.require(environment.workspace(), environment.id()).state());
    }

    @Test
    void aStateMovesOnlyWhereItMay() {
        Environment environment = SampleEnvironment.in(EnvironmentState.PROVISIONING);
        assertTrue(repository.insert(environment, 10));

        assertTrue(repository.move(environment.id(), Transition.failed(Instant.now(), "why")));
        assertFalse(repository.move(environment.id(), Transition.ready()));
        assertEquals(
                "why", repository.find(environment.id()).orElseThrow().status().error());
    }

    @Test
    void aWorkspaceHasNoMoreEnvironmentsThanItMay() {
        Environment first = SampleEnvironment.in(EnvironmentState.READY);
        assertTrue(repository.insert(first, 1));
        assertFalse(repository.insert(first, 1));
        repository.move(first.id(), Transition.tornDown(Instant.now()));
    }

    @Test
    void nothingRunsInAnEnvironmentThatIsNotReady() {
        Environment environment = SampleEnvironment.in(EnvironmentState.PAUSED);

        ApiException refused =
                assertThrows(ApiException.class, () -> admission.begin(wanted(environment, "true"), false));
        assertEquals(ErrorType.CONFLICT, refused.type());
    }

    @Test
    @RunAsClient
    void withoutATokenTheMapperAnswers(@ArquillianResource URL base) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                new URL("http", base.getHost(), base.getPort(), base.getPath() + "api/v1/x").openConnection();

        assertEquals(401, connection.getResponseCode());
        assertEquals("application/json", connection.getContentType());
        assertTrue(connection.getHeaderField("WWW-Authenticate").startsWith("Bearer"));
    }
}
