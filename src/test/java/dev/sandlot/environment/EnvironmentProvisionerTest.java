package dev.sandlot.environment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.budget.Bounds;
import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many tenants provision at once. */
class EnvironmentProvisionerTest {
    private static final String SCRIPT = "sleep 300";
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private final CompletableFuture<Void> scripts = new CompletableFuture<>();

    private static Environment ready(CompletableFuture<Environment> made) throws Exception {
        Environment environment = made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(environment.state()).isEqualTo(EnvironmentState.READY);
        return environment;
    }

    private static ApiException refusal(CompletableFuture<?> made) throws Exception {
        try {
            made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            return (ApiException) requireNonNull(refused.getCause());
        }
        throw new AssertionError("it was not refused");
    }

    private static List<CompletableFuture<Environment>> flood(ProvisioningHost host, int count, Task task) {
        List<CompletableFuture<Environment>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(host.provision("mallory/w" + i % 8, task));
        }
        return all;
    }

    @Test
    void scriptsOfOneOrganizationHoldNobodyElseUp() throws Exception {
        try (ProvisioningHost host = new ProvisioningHost(folder)) {
            host.backend.hold(SCRIPT, scripts);
            List<CompletableFuture<Environment>> flood = flood(host, 300, Task.provisionedBy(SCRIPT));
            host.backend.await(SCRIPT, 128);

            ready(host.provision("victim/main", Task.PLAIN));
            ready(host.provision("victim/main", Task.provisionedBy("true")));

            assertThat(flood).noneMatch(CompletableFuture::isDone);
            assertThat(host.backend.count(SCRIPT)).as("its share of the places").isEqualTo(128);
            scripts.complete(null);
            for (CompletableFuture<Environment> one : flood) {
                ready(one);
            }
        }
    }

    @Test
    void aWorkspaceHoldsUpNoOtherOfItsOrganization() throws Exception {
        try (ProvisioningHost host = new ProvisioningHost(folder)) {
            host.backend.hold(SCRIPT, scripts);
            List<CompletableFuture<Environment>> busy = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                busy.add(host.provision("acme/busy", Task.provisionedBy(SCRIPT)));
            }
            host.backend.await(SCRIPT, 64);

            ready(host.provision("acme/quiet", Task.provisionedBy("true")));

            assertThat(host.backend.count(SCRIPT)).isEqualTo(64);
            assertThat(busy).noneMatch(CompletableFuture::isDone);
            scripts.complete(null);
        }
    }

    @Test
    void aSilentRegistryHoldsUpOnlyWhoNamesIt() throws Exception {
        try (ProvisioningHost host = new ProvisioningHost(folder);
                ServerSocket silent = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            List<CompletableFuture<Environment>> flood = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                flood.add(host.provision("mallory/w" + i, Task.madeFrom(registry(silent) + "/image" + i + ":1")));
            }
            assertThat(flood).allMatch(CompletableFuture::isDone);

            assertThat(host.provision("victim/main", Task.madeFrom(registry(other) + "/image:1")))
                    .isDone();

            other.setSoTimeout(PATIENCE_SECONDS * 1000);
            try (Socket asked = other.accept()) {
                assertThat(asked.isConnected()).isTrue();
            }
        }
    }

    private static String registry(ServerSocket socket) {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Test
    void whatIsDeletedWhileItWaitsIsNotMade() throws Exception {
        try (ProvisioningHost host = new ProvisioningHost(folder)) {
            CompletableFuture<Void> creation = new CompletableFuture<>();
            host.backend.holdCreation(creation);
            List<CompletableFuture<Environment>> flood = flood(host, 20, Task.PLAIN);
            List<Environment> living = host.repository.living();

            living.forEach(environment -> host.environments.tearDown(environment.id()));
            assertThat(flood(host, 512 - 20, Task.PLAIN)).hasSize(492);
            assertThatThrownBy(() -> host.provision("mallory/more", Task.PLAIN))
                    .as("they count until it is known that they are not made")
                    .hasMessageContaining("environments in this organization");
            creation.complete(null);

            for (CompletableFuture<Environment> one : flood) {
                assertThat(refusal(one).type()).isEqualTo(ErrorType.CONFLICT);
            }
            assertThat(living).hasSize(20).noneMatch(one -> host.backend.exists(one.sandbox()));
        }
    }

    @Test
    void aRefusalLeavesNothing() throws Exception {
        Bounds bounds = new Bounds(Bounds.NONE, 1, 2, 4);
        try (ProvisioningHost host = new ProvisioningHost(folder, bounds, 1 << 20, executor -> executor)) {
            Environment first = ready(host.provision("acme/a", Task.PLAIN));

            assertThatThrownBy(() -> host.provision("acme/a", Task.PLAIN))
                    .hasMessage("There are 1 environments in this workspace; delete one first")
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            full -> assertThat(full.headers()).containsEntry("Retry-After", "60"));
            ready(host.provision("acme/b", Task.PLAIN));
            assertThatThrownBy(() -> host.provision("acme/c", Task.PLAIN)).hasMessageContaining("this organization");

            assertThat(host.repository.living()).hasSize(2);
            host.environments.tearDown(first.id());
            ready(host.provision("acme/c", Task.PLAIN));
        }
    }

    @Test
    void whereNoThreadIsFreeItIsRefusedAndNothingIsHeld() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        Bounds bounds = new Bounds(Bounds.NONE, 1, 1, 1);
        try (ProvisioningHost host = new ProvisioningHost(folder, bounds, 1 << 20, threads -> work -> {
            if (full.get()) {
                throw new RejectedExecutionException("no thread");
            }
            threads.execute(work);
        })) {
            ApiException refused = refusal(host.provision("acme/a", Task.PLAIN));

            assertThat(refused.type()).isEqualTo(ErrorType.RATE_LIMITED);
            assertThat(refused.headers()).containsKey("Retry-After");
            full.set(false);
            ready(host.provision("acme/a", Task.PLAIN));
        }
    }

    @Test
    void memoryIsBoundedAndShared() throws Exception {
        try (ProvisioningHost host = new ProvisioningHost(folder, ProvisioningHost.MANY, 2048, executor -> executor)) {
            ready(host.provision("mallory/a", Task.PLAIN));
            Environment second = ready(host.provision("mallory/b", Task.PLAIN));

            assertThatThrownBy(() -> host.provision("mallory/c", Task.PLAIN))
                    .hasMessage("There is no room for 512 more of the 2048 MiB of memory for sandboxes in this server;"
                            + " delete an environment first");
            Environment victim = ready(host.provision("victim/main", Task.PLAIN));

            host.environments.tearDown(victim.id());
            host.environments.fail(second.id(), "broken");
            ready(host.provision("mallory/c", Task.PLAIN));
        }
    }

    @Test
    void whatAnEarlierServerDidNotGetToAnEndFailsAtOnce() throws Exception {
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (ProvisioningHost host = new ProvisioningHost(folder)) {
            Environment done = ready(host.provision("acme/main", Task.PLAIN));
            host.backend.holdCreation(never);
            CompletableFuture<Environment> cutOff = host.provision("acme/main", Task.PLAIN);
            Environment unfinished = host.repository.living().stream()
                    .filter(one -> one.state().isBeingMade())
                    .findFirst()
                    .orElseThrow();

            host.endUnfinished();

            assertThat(host.repository.find(unfinished.id()).orElseThrow())
                    .returns(EnvironmentState.FAILED, Environment::state)
                    .returns(
                            "The server ended while it was made; provision another one",
                            failed -> failed.status().error());
            assertThat(host.repository.find(done.id()).orElseThrow().state()).isEqualTo(EnvironmentState.READY);
            assertThat(cutOff.isDone() && !cutOff.isCompletedExceptionally()).isFalse();
        } finally {
            never.complete(null);
        }
    }
}
