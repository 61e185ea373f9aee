package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.budget.Bounds;
import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import dev.sandlot.sandbox.SandboxId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

/** What should be and what is come together, whatever happens meanwhile. */
@Timeout(60)
class ReconcilerTest {
    private static final Duration PROVISIONING_MAX = Duration.ofMinutes(10 + 5);

    @TempDir
    private Path folder;

    private ProvisioningHost host;

    @BeforeEach
    void begin() throws IOException {
        host = new ProvisioningHost(folder);
    }

    @AfterEach
    void end() {
        host.close();
    }

    private Environment stored(Environment environment) {
        return host.repository.find(environment.id()).orElseThrow();
    }

    @Test
    void sandboxesOfNobodyAreDestroyedAndTheOthersHandedOn() throws Exception {
        Environment mine = host.ready("acme/main");
        ExecId known = new ExecId(UUID.randomUUID());
        host.backend.leave(mine.sandbox(), known, FakeCommand.exits(0));
        SandboxId nobodys = new SandboxId(UUID.randomUUID());
        host.backend.leave(nobodys);

        Set<Observed> kept = host.reconciler.reconcile();

        assertThat(kept).containsExactly(new Observed(mine.sandbox(), Optional.of(Set.of(known))));
        assertThat(host.backend.exists(nobodys)).isFalse();
        assertThat(host.backend.exists(mine.sandbox())).isTrue();
        assertThat(stored(mine).state()).isEqualTo(EnvironmentState.READY);
    }

    @Test
    void theSandboxOfAnEndedEnvironmentIsDestroyed() throws Exception {
        Environment environment = host.ready("acme/main");
        host.backend.holdEnd(environment.sandbox(), CompletableFuture.failedFuture(new IOException("not now")));
        host.environments.tearDown(environment.id());
        assertThat(host.backend.exists(environment.sandbox())).isTrue();

        host.backend.holdEnd(environment.sandbox(), CompletableFuture.completedFuture(null));
        assertThat(host.reconciler.reconcile()).isEmpty();

        assertThat(host.backend.exists(environment.sandbox())).isFalse();
    }

    @Test
    void anEnvironmentWithoutASandboxHasFailed() throws Exception {
        Environment environment = host.ready("acme/main");
        host.backend.destroy(environment.sandbox());

        host.reconciler.reconcile();

        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.FAILED);
        assertThat(stored(environment).status().error())
                .isEqualTo("Its sandbox is gone: it ended, or the host was restarted");
        assertThat(stored(environment).status().endedAt()).isEqualTo(host.clock.instant());
        assertThat(host.log(environment.id()))
                .contains("failed: Its sandbox is gone: it ended, or the host was restarted");
    }

    @Test
    void whatIsProvisionedHasItsTimeForIt() throws Exception {
        CompletableFuture<Void> creation = new CompletableFuture<>();
        host.backend.holdCreation(creation);
        CompletableFuture<Environment> made = host.provision("acme/main", Task.PLAIN);
        host.backend.await(FakeSandboxBackend.CREATION, 1);
        Environment environment = host.repository.living().get(0);

        host.clock.advance(PROVISIONING_MAX);
        host.reconciler.reconcile();
        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.PROVISIONING);
        host.clock.advance(Duration.ofMillis(1));
        host.reconciler.reconcile();

        assertThat(stored(environment).status().error()).isEqualTo("Its provisioning did not end");
        creation.complete(null);
        assertThat(made.handle((ready, refusal) -> refusal != null).get(30, TimeUnit.SECONDS))
                .isTrue();
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
    }

    @Test
    void whatIsMadeMeanwhileIsLeftAlone() throws Exception {
        List<Environment> meanwhile = new ArrayList<>();
        // Between looking at what should be and at what is, whichever comes first.
        host.betweenLooks(
                () -> meanwhile.add(host.provision("acme/main", Task.PLAIN).join()));

        Set<Observed> kept = host.reconciler.reconcile();

        assertThat(meanwhile).hasSize(1);
        assertThat(stored(meanwhile.get(0)).state()).isEqualTo(EnvironmentState.READY);
        assertThat(host.backend.exists(meanwhile.get(0).sandbox())).isTrue();
        assertThat(kept)
                .extracting(Observed::id)
                .containsExactly(meanwhile.get(0).sandbox());
    }

    @Test
    void whatHasOutlivedItsTimeIsTornDown() throws Exception {
        Environment environment = host.ready("acme/main");

        host.clock.advance(Duration.ofHours(1).minusMillis(1));
        host.reconciler.reap();
        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.READY);
        host.clock.advance(Duration.ofMillis(1));
        host.reconciler.reconcile();

        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.TORN_DOWN);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
    }

    @Test
    void theSandboxOfOneWhoseLastScriptRunsIsStillNeeded() throws Exception {
        CompletableFuture<Void> script = new CompletableFuture<>();
        host.backend.hold("bye", script);
        Environment environment =
                host.provision("acme/main", Task.tornDownBy("bye")).get(30, TimeUnit.SECONDS);
        host.environments.tearDown(environment.id());
        host.backend.await("bye", 1);

        Set<Observed> kept = host.reconciler.reconcile();

        assertThat(kept).extracting(Observed::id).containsExactly(environment.sandbox());
        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        script.complete(null);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
    }

    @Test
    void whatAnEarlierServerLeftIsCounted() throws Exception {
        Bounds one = new Bounds(Bounds.NONE, 1, 1, 1);
        try (ProvisioningHost small =
                new ProvisioningHost(folder.resolve("small"), one, 1 << 20, executor -> executor)) {
            Environment left = small.ready("acme/main");
            small.shares.gone(left.id());

            small.reconciler.reconcile();

            assertThatThrownBy(() -> small.shares.take(left)).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void recordsAreKeptForTheirTimeAndGoThen() throws Exception {
        Environment ended = host.ready("acme/main");
        Environment living = host.ready("acme/main");
        host.environments.tearDown(ended.id());

        host.clock.advance(host.config.retention());
        assertThat(host.reconciler.outOfRetention()).isEmpty();
        host.clock.advance(Duration.ofMillis(1));
        assertThat(host.reconciler.outOfRetention()).containsExactly(ended.id());
        host.reconciler.forget(ended.id());

        assertThat(host.repository.find(ended.id())).isEmpty();
        assertThat(host.repository.find(living.id())).isPresent();
        assertThat(host.reconciler.outOfRetention()).isEmpty();
    }
}
