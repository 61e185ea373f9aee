package dev.sandlot.environment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.budget.Bounds;
import dev.sandlot.environment.EnvironmentProvisioner.Provisioned;
import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.image.OneImageRegistry;
import dev.sandlot.image.TestLayer;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Environments that are deleted, fail, or are asked for twice while they are made. There is room for one at a time. */
@Timeout(60)
class ProvisioningRaceTest {
    private static final Bounds ONE = new Bounds(Bounds.NONE, 1, 1, 2);
    private static final String WORKSPACE = "acme/main";
    private static final String SCRIPT = "prepare";
    private static final IdempotencyKey KEY = new IdempotencyKey(WORKSPACE, "once", "body");

    @TempDir
    private Path folder;

    private ProvisioningHost host;
    private final CompletableFuture<Void> held = new CompletableFuture<>();

    @BeforeEach
    void begin() throws IOException {
        host = new ProvisioningHost(folder, ONE, 1 << 20, executor -> executor);
    }

    @AfterEach
    void end() {
        held.complete(null);
        host.close();
    }

    private Environment stored(Environment environment) {
        return host.repository.find(environment.id()).orElseThrow();
    }

    private static ApiException refusal(CompletableFuture<?> made) throws Exception {
        try {
            made.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            return (ApiException) requireNonNull(refused.getCause());
        }
        throw new AssertionError("it was not refused");
    }

    /** All that it held is free: the next one is made. */
    private void assertThatThereIsRoom() {
        ProvisioningHost.await(() -> {
            try {
                return host.provision(WORKSPACE, Task.PLAIN).join().state() == EnvironmentState.READY;
            } catch (ApiException full) {
                return false;
            }
        });
    }

    @Test
    void whatIsDeletedWhileItsSandboxIsMadeHasNone() throws Exception {
        host.backend.holdCreation(held);
        CompletableFuture<Environment> made = host.provision(WORKSPACE, Task.PLAIN);
        host.backend.await(FakeSandboxBackend.CREATION, 1);
        Environment environment = host.repository.living().get(0);
        assertThat(environment.state()).isEqualTo(EnvironmentState.PROVISIONING);

        host.environments.tearDown(environment.id());
        assertThat(made).isNotDone();
        held.complete(null);

        assertThat(refusal(made).type()).isEqualTo(ErrorType.CONFLICT);
        assertThat(refusal(made).detail()).isEqualTo("The environment was deleted while it was provisioned");
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(host.log(environment.id())).contains("torn down").doesNotContain("ready");
        assertThatThereIsRoom();
    }

    @Test
    void whatIsDeletedWhileItsScriptRunsStaysDeleted() throws Exception {
        host.backend.hold(SCRIPT, held);
        CompletableFuture<Environment> made = host.provision(WORKSPACE, Task.provisionedBy(SCRIPT));
        host.backend.await(SCRIPT, 1);
        Environment environment = host.repository.living().get(0);

        host.environments.tearDown(environment.id());

        assertThat(refusal(made).type()).isEqualTo(ErrorType.CONFLICT);
        assertThat(refusal(made).detail()).isEqualTo("The environment was deleted while it was provisioned");
        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.TORN_DOWN);
        assertThat(stored(environment).status().error()).isNull();
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThatThereIsRoom();
    }

    @Test
    void whatIsDeletedWhileItsImageIsPulledIsNotMade() throws Exception {
        CountDownLatch given = new CountDownLatch(1);
        try (OneImageRegistry registry = OneImageRegistry.slow(
                "slow", given, new TestLayer().file("a", "b").gzip())) {
            Environment environment = host.provisionOnce(
                            WORKSPACE, Task.madeFrom(registry.ref().toString()), KEY)
                    .get(30, TimeUnit.SECONDS)
                    .environment();
            assertThat(environment.state()).isEqualTo(EnvironmentState.BUILDING);
            assertThat(registry.awaitsLastLayer()).isTrue();

            host.environments.tearDown(environment.id());
            assertThatThrownBy(() -> host.provision(WORKSPACE, Task.PLAIN))
                    .as("it counts until it is known that it is not made")
                    .isInstanceOf(ApiException.class);
            given.countDown();

            assertThatThereIsRoom();
            assertThat(stored(environment).state()).isEqualTo(EnvironmentState.TORN_DOWN);
            assertThat(stored(environment).resources().image()).isNull();
            assertThat(host.backend.exists(environment.sandbox())).isFalse();
            assertThat(host.keys.find(KEY)).as("it has been answered").isPresent();
            assertThat(host.backend.count(FakeSandboxBackend.CREATION))
                    .as("of the next one")
                    .isOne();
        }
    }

    @Test
    void whatIsBuiltIsMadeFromItsImage() throws Exception {
        try (OneImageRegistry registry =
                OneImageRegistry.open("plain", new TestLayer().file("a", "b").gzip())) {
            Environment environment = host.provision(
                            WORKSPACE, Task.madeFrom(registry.ref().toString()))
                    .get(30, TimeUnit.SECONDS);

            ProvisioningHost.await(() -> stored(environment).state() == EnvironmentState.READY);

            assertThat(stored(environment).resources().image()).startsWith("sha256:");
            assertThat(stored(environment).commands().env()).containsEntry("NAME", "plain");
            assertThat(host.backend.exists(environment.sandbox())).isTrue();
        }
    }

    @Test
    void whatOutlivesItsTimeWhileItIsMadeIsTornDown() throws Exception {
        host.backend.holdCreation(held);
        CompletableFuture<Environment> made = host.provision(WORKSPACE, Task.PLAIN);
        host.backend.await(FakeSandboxBackend.CREATION, 1);
        Environment environment = host.repository.living().get(0);

        host.clock.advance(Duration.ofHours(1));
        host.environments.reapExpired();
        held.complete(null);

        assertThat(refusal(made).type()).isEqualTo(ErrorType.CONFLICT);
        assertThat(stored(environment).state()).isEqualTo(EnvironmentState.TORN_DOWN);
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
    }

    @Test
    void aSandboxThatCanNotBeMadeIsNoSecretOfTheHost() throws Exception {
        host.backend.holdCreation(CompletableFuture.failedFuture(new IOException("/host/path")));

        ApiException refusal = refusal(host.provision(WORKSPACE, Task.PLAIN));

        assertThat(refusal.type()).isEqualTo(ErrorType.BAD_GATEWAY);
        assertThat(refusal.detail()).isEqualTo("The environment was not made: the sandbox runtime failed; try again");
        assertThat(host.page(WORKSPACE)).singleElement().satisfies(environment -> {
            assertThat(environment.state()).isEqualTo(EnvironmentState.FAILED);
            assertThat(environment.status().error()).isEqualTo("The sandbox could not be made");
        });
        host.backend.holdCreation(CompletableFuture.completedFuture(null));
        assertThatThereIsRoom();
    }

    @Test
    void whoseScriptFailsIsToldSoAndHasNoSandbox() throws Exception {
        host.backend.script(SCRIPT, FakeCommand.exits(3).printing("no such package\n"));

        ApiException refusal = refusal(host.provision(WORKSPACE, Task.provisionedBy(SCRIPT)));

        assertThat(refusal.type()).isEqualTo(ErrorType.BAD_GATEWAY);
        Environment environment = host.page(WORKSPACE).get(0);
        assertThat(environment.state()).isEqualTo(EnvironmentState.FAILED);
        assertThat(environment.status().error()).isEqualTo("The task's provision script ended with exit code 3");
        assertThat(host.log(environment.id())).contains("provision script ended with exit code 3\n    no such package");
        assertThat(host.backend.exists(environment.sandbox())).isFalse();
        assertThatThereIsRoom();
    }

    @Test
    void theSameKeyIsTheSameEnvironmentWithItsToken() throws Exception {
        Provisioned first = host.provisionOnce(WORKSPACE, Task.PLAIN, KEY).get(30, TimeUnit.SECONDS);
        Provisioned again = host.provisionOnce(WORKSPACE, Task.PLAIN, KEY).get(30, TimeUnit.SECONDS);

        assertThat(again.environment().id()).isEqualTo(first.environment().id());
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(first.token().matches(stored(first.environment()).tokenHash()))
                .isTrue();
        assertThat(host.repository.living()).hasSize(1);
        assertThatThrownBy(() ->
                        host.provisionOnce(WORKSPACE, Task.PLAIN, new IdempotencyKey(WORKSPACE, "once", "another")))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.CONFLICT));
    }

    @Test
    void whoFindsTheKeyFindsTheEnvironmentBeingMade() throws Exception {
        host.backend.holdCreation(held);
        List<CompletableFuture<Provisioned>> found = new ArrayList<>();
        host.keys.afterClaim(() -> found.add(host.provisionOnce(WORKSPACE, Task.PLAIN, KEY)));

        CompletableFuture<Provisioned> made = host.provisionOnce(WORKSPACE, Task.PLAIN, KEY);
        host.backend.await(FakeSandboxBackend.CREATION, 1);
        found.add(host.provisionOnce(WORKSPACE, Task.PLAIN, KEY));

        assertThat(found).hasSize(2).noneMatch(CompletableFuture::isDone);
        held.complete(null);
        Provisioned ready = made.get(30, TimeUnit.SECONDS);
        assertThat(ready.environment().state()).isEqualTo(EnvironmentState.READY);
        for (CompletableFuture<Provisioned> one : found) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(ready);
        }
        assertThat(host.backend.count(FakeSandboxBackend.CREATION)).isOne();
    }

    @Test
    void aKeyOfWhichNothingCameIsFreeAgain() throws Exception {
        host.backend.script(SCRIPT, FakeCommand.fails(Kind.NOT_STARTED), FakeCommand.exits(0));
        refusal(host.provisionOnce(WORKSPACE, Task.provisionedBy(SCRIPT), KEY));

        Provisioned second =
                host.provisionOnce(WORKSPACE, Task.provisionedBy(SCRIPT), KEY).get(30, TimeUnit.SECONDS);

        assertThat(second.environment().state()).isEqualTo(EnvironmentState.READY);
        assertThat(host.page(WORKSPACE)).hasSize(2);
    }

    @Test
    void aKeyThatIsRefusedForWantOfRoomIsFreeAgain() throws Exception {
        Environment first = host.ready(WORKSPACE);

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> host.provisionOnce(WORKSPACE, Task.PLAIN, KEY))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.RATE_LIMITED));
        }
        assertThat(host.keys.find(KEY)).isEmpty();
        host.environments.tearDown(first.id());

        assertThat(host.provisionOnce(WORKSPACE, Task.PLAIN, KEY)
                        .get(30, TimeUnit.SECONDS)
                        .environment()
                        .state())
                .isEqualTo(EnvironmentState.READY);
        assertThat(host.page(WORKSPACE)).hasSize(2);
    }

    @Test
    void whatTheDatabaseRefusesHoldsNothing() throws Exception {
        Environment uncounted = host.ready(WORKSPACE);
        host.environments.tearDown(uncounted.id());
        host.jdbi().useHandle(handle -> handle.execute("update environments set state = 'ready'"));

        assertThatThrownBy(() -> host.provisionOnce(WORKSPACE, Task.PLAIN, KEY))
                .hasMessage("There are 1 environments in this workspace; delete one first");
        assertThatThrownBy(() -> host.provision(WORKSPACE, Task.PLAIN))
                .hasMessage("There are 1 environments in this workspace; delete one first");
        host.repository.delete(uncounted.id());

        assertThat(host.provisionOnce(WORKSPACE, Task.PLAIN, KEY).get(30, TimeUnit.SECONDS))
                .isNotNull();
    }

    @Test
    void whoComesAgainWithTheKeyFindsItAsItIsNow() throws Exception {
        Environment environment = host.provisionOnce(WORKSPACE, Task.PLAIN, KEY)
                .get(30, TimeUnit.SECONDS)
                .environment();
        host.environments.tearDown(environment.id());

        assertThat(host.provisionOnce(WORKSPACE, Task.PLAIN, KEY)
                        .get(30, TimeUnit.SECONDS)
                        .environment()
                        .state())
                .isEqualTo(EnvironmentState.TORN_DOWN);
    }

    @Test
    void ofSeveralWithOneKeyOneIsMade() throws Exception {
        CountDownLatch together = new CountDownLatch(4);
        List<CompletableFuture<Provisioned>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(Apart.supply(() -> {
                together.countDown();
                awaitUninterrupted(together);
                return host.provisionOnce(WORKSPACE, Task.PLAIN, KEY).join();
            }));
        }

        List<Provisioned> made = new ArrayList<>();
        for (CompletableFuture<Provisioned> one : all) {
            made.add(one.get(30, TimeUnit.SECONDS));
        }

        assertThat(made)
                .extracting(one -> one.environment().id())
                .containsOnly(made.get(0).environment().id());
        assertThat(made).extracting(Provisioned::token).containsOnly(made.get(0).token());
        assertThat(host.backend.count(FakeSandboxBackend.CREATION)).isOne();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
