package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Paging;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An environment ends once, in every state, and its sandbox with it or after its last script. */
@Timeout(60)
class EnvironmentEndsTest {
    private static final String SCRIPT = "bye";

    @TempDir
    private Path folder;

    private ProvisioningHost host;
    private final CompletableFuture<Void> script = new CompletableFuture<>();

    @BeforeEach
    void begin() throws IOException {
        host = new ProvisioningHost(folder);
        host.backend.hold(SCRIPT, script);
    }

    @AfterEach
    void end() {
        script.complete(null);
        host.close();
    }

    private Environment withScript() throws Exception {
        return host.provision("acme/main", Task.tornDownBy(SCRIPT)).get(30, TimeUnit.SECONDS);
    }

    private EnvironmentState state(Environment environment) {
        return host.repository.find(environment.id()).orElseThrow().state();
    }

    @Test
    void withoutAScriptNothingIsLeftOnReturn() throws Exception {
        Environment environment = host.ready("acme/main");

        host.environments.tearDown(environment.id());

        assertThat(state(environment)).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        host.environments.tearDown(environment.id());
        host.environments.fail(environment.id(), "too late");
        assertThat(state(environment)).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.repository.find(environment.id()).orElseThrow().status().error())
                .isNull();
        assertThat(host.log(environment.id())).containsOnlyOnce("torn down").doesNotContain("failed: too late");
    }

    @Test
    void whatIsClearedAwayIsNotWaitedForAndHoldsNothingOfTheServer() throws Exception {
        CompletableFuture<Void> clearing = new CompletableFuture<>();
        Environment environment = host.ready("acme/main");
        host.backend.holdClearing(environment.sandbox(), clearing);

        host.environments.tearDown(environment.id());

        assertThat(state(environment)).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThat(host.backend.isCleared(environment.sandbox())).isFalse();
        assertThat(host.environments.isWanted(environment.id())).isFalse();
        clearing.complete(null);
        ProvisioningHost.await(() -> host.backend.isCleared(environment.sandbox()));
    }

    @Test
    void oneThatIsNotThereEndsToo() {
        host.environments.tearDown(UUID.randomUUID());
        host.environments.fail(UUID.randomUUID(), "gone");
    }

    @Test
    void withAScriptItsSandboxEndsAfterThatAndItRunsOnce() throws Exception {
        Environment environment = withScript();

        host.environments.tearDown(environment.id());
        host.backend.await(SCRIPT, 1);
        host.environments.tearDown(environment.id());

        assertThat(state(environment)).as("no command begins any more").isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.environments.isEnding(environment.id())).isTrue();
        assertThat(host.environments.isWanted(environment.id())).isTrue();
        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        script.complete(null);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
        assertThat(host.environments.isEnding(environment.id())).isFalse();
        host.environments.tearDown(environment.id());
        assertThat(host.backend.count(SCRIPT)).isOne();
    }

    @Test
    void aScriptThatIsCutOffByTheServersStopIsTheNextServersToEnd() throws Exception {
        Environment environment = withScript();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        host.backend.hold(SCRIPT, CompletableFuture.completedFuture(null));
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        host.backend.script(SCRIPT, FakeCommand.fails(Kind.UNKNOWN).after(() -> {
            worker.complete(Thread.currentThread());
            interrupted.join();
        }));
        host.environments.tearDown(environment.id());

        worker.join().interrupt();
        interrupted.complete(null);
        ProvisioningHost.await(() -> !host.environments.isEnding(environment.id()));

        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        assertThat(host.log(environment.id())).noneMatch(line -> line.contains("script"));
        host.reconciler.reconcile();
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
    }

    @Test
    void theScriptOfOneThatWasNeverReadyDoesNotRun() throws Exception {
        CompletableFuture<Void> creation = new CompletableFuture<>();
        host.backend.holdCreation(creation);
        CompletableFuture<Environment> made = host.provision("acme/main", Task.tornDownBy(SCRIPT));
        Environment environment = host.repository.living().get(0);

        host.environments.tearDown(environment.id());
        creation.complete(null);

        assertThatThrownBy(made::join).hasRootCauseInstanceOf(ApiException.class);
        assertThat(host.backend.count(SCRIPT)).isZero();
        assertThat(host.environments.isEnding(environment.id())).isFalse();
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
    }

    @Test
    void theSandboxOfOneThatIsBeingPreparedNeedsNoScript() throws Exception {
        host.backend.hold("prepare", script);
        Task both = new Task(Task.PLAIN.image(), Optional.of("prepare"), Optional.of(SCRIPT), List.of());
        CompletableFuture<Environment> made = host.provision("acme/main", both);
        host.backend.await("prepare", 1);
        Environment environment = host.repository.living().get(0);

        host.environments.tearDown(environment.id());

        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThatThrownBy(made::join).hasRootCauseInstanceOf(ApiException.class);
    }

    @Test
    void ofTwoThatEndItAtOnceOneSeesToItsScript() throws Exception {
        Environment environment = withScript();
        host.beforeMove(() -> host.environments.tearDown(environment.id()));

        host.environments.tearDown(environment.id());

        host.backend.await(SCRIPT, 1);
        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        script.complete(null);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
        assertThat(host.backend.count(SCRIPT)).isOne();
        assertThat(host.log(environment.id())).containsOnlyOnce("torn down");
        assertThat(host.environments.isEnding(environment.id())).isFalse();
    }

    @Test
    void whereItCanNotBeStoredNowItIsTriedAgain() throws Exception {
        Environment environment = withScript();
        host.beforeMove(() -> {
            throw new IllegalStateException("the database is away");
        });
        assertThatThrownBy(() -> host.environments.tearDown(environment.id())).hasMessage("the database is away");
        assertThat(host.environments.isEnding(environment.id())).isFalse();

        host.environments.tearDown(environment.id());

        host.backend.await(SCRIPT, 1);
    }

    @Test
    void theScriptOfOneThatHasFailedDoesNotRun() throws Exception {
        Environment environment = withScript();

        host.environments.fail(environment.id(), "It broke");

        assertThat(state(environment)).isEqualTo(EnvironmentState.FAILED);
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThat(host.backend.count(SCRIPT)).isZero();
        assertThat(host.log(environment.id())).contains("failed: It broke");
    }

    @Test
    void theScriptOfOneThatHasOutlivedItsTimeRuns() throws Exception {
        Environment environment = withScript();
        host.clock.advance(Duration.ofHours(1));

        host.environments.reapExpired();
        host.backend.await(SCRIPT, 1);

        assertThat(state(environment)).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        script.complete(null);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
    }

    @Test
    void aListShowsNoneThatHasOutlivedItsTimeAsLiving() throws Exception {
        Environment environment = host.ready("acme/main");
        host.clock.advance(Duration.ofHours(1));

        assertThat(host.environments
                        .list(environment.workspace(), Set.of(EnvironmentState.READY), new Paging(1, 50))
                        .environments())
                .isEmpty();
        assertThat(host.environments
                        .list(environment.workspace(), Set.of(), new Paging(1, 50))
                        .environments())
                .extracting(Environment::state)
                .containsExactly(EnvironmentState.TORN_DOWN);
    }

    @Test
    void anotherWorkspacesLooksAsIfItWereNotThere() throws Exception {
        Environment environment = host.ready("acme/main");

        assertThat(host.environments.require(environment.workspace(), environment.id()))
                .isEqualTo(environment);
        assertThatThrownBy(() -> host.environments.require(ProvisioningHost.workspace("acme/other"), environment.id()))
                .hasMessage("There is no such environment")
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.NOT_FOUND));
        assertThatThrownBy(() -> host.environments.require(environment.workspace(), UUID.randomUUID()))
                .hasMessage("There is no such environment");
    }

    @Test
    void whatIsNotThereOrHasEndedIsNotToHaveASandbox() throws Exception {
        Environment environment = host.ready("acme/main");
        assertThat(host.environments.isWanted(environment.id())).isTrue();
        assertThat(host.environments.isWanted(UUID.randomUUID())).isFalse();

        host.environments.fail(environment.id(), "It broke");

        assertThat(host.environments.isWanted(environment.id())).isFalse();
    }

    @Test
    void theStateOfOnePastItsTimeIsTornDownWhetherSomebodyHasGotToItOrNot() throws Exception {
        Environment environment = host.ready("acme/main");

        environment.requireReady(environment.lifetime().expiresAt().minusMillis(1));
        assertThatThrownBy(() -> environment.requireReady(environment.lifetime().expiresAt()))
                .hasMessage("The environment is torn_down, not ready");
        host.environments.fail(environment.id(), "It broke");
        Environment failed = host.repository.find(environment.id()).orElseThrow();
        assertThat(failed.stateAt(environment.lifetime().expiresAt())).isEqualTo(EnvironmentState.FAILED);
    }
}
