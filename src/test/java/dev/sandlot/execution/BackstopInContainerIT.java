package dev.sandlot.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Caller;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.SampleEnvironment;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionState;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fault Tolerance's {@code @Timeout}, the last clock of all: for a sandbox that never answers. */
@Tag("alone")
@ExtendWith(ArquillianExtension.class)
class BackstopInContainerIT {
    @Inject
    private EnvironmentRepository repository;

    @Inject
    private ExecutionAdmission admission;

    @Deployment
    static WebArchive deployment() {
        return Deployments.application(
                        BackstopInContainerIT.class, SampleEnvironment.class, SampleRequest.class, SilentBackend.class)
                .addAsResource(
                        new StringAsset("dev.sandlot.execution.ExecutionRunner/run/Timeout/value=1\n"),
                        "META-INF/microprofile-config.properties");
    }

    @Test
    void aSandboxThatNeverAnswersCostsItsEnvironmentAndNobodyElse() throws Exception {
        Environment environment = SampleEnvironment.in(EnvironmentState.READY);
        repository.insert(environment, 10);

        Caller caller = new Caller("tester", Set.of("admin"), Set.of("acme/*"));
        Execution ended = admission
                .begin(new WantedExecution(caller, environment, SampleRequest.of("true"), Origin.UNKNOWN), false)
                .ended()
                .get(60, TimeUnit.SECONDS);

        assertEquals(ExecutionState.LOST, ended.state());
        assertEquals(
                "The sandbox did not answer in time; the environment was ended",
                ended.ended().orElseThrow().reason());
        assertEquals(
                EnvironmentState.FAILED,
                repository.find(environment.id()).orElseThrow().state());
    }
}
