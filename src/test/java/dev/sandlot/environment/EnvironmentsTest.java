package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.budget.Bounds;
import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.quota.Quotas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Environments end: one tenant's hold up nobody else's, and count until their sandboxes are gone. */
class EnvironmentsTest {
    private static final String SCRIPT = "sleep 300";
    private static final Bounds FOUR = new Bounds(Bounds.NONE, 4, 4, 100);

    @TempDir
    private Path folder;

    private final CompletableFuture<Void> scripts = new CompletableFuture<>();

    private ProvisioningHost host(Bounds bounds) throws Exception {
        ProvisioningHost host = new ProvisioningHost(folder, bounds, 1 << 20, executor -> executor);
        host.backend.hold(SCRIPT, scripts);
        return host;
    }

    private static Environment provision(ProvisioningHost host, String workspace, Task task) throws Exception {
        return host.provision(workspace, task).get(60, TimeUnit.SECONDS);
    }

    private static void awaitEnd(ProvisioningHost host, Environment environment) {
        ProvisioningHost.await(() -> !host.backend.exists(environment.sandbox()));
    }

    @Test
    void teardownScriptsOfOneOrganizationHoldNobodyElseUp() throws Exception {
        try (ProvisioningHost host = host(ProvisioningHost.MANY)) {
            List<Environment> flood = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                flood.add(provision(host, "mallory/w" + i % 8, Task.tornDownBy(SCRIPT)));
            }
            Environment victim = provision(host, "victim/main", Task.tornDownBy("echo bye"));
            flood.forEach(one -> host.environments.tearDown(one.id()));
            host.backend.await(SCRIPT, 32);

            host.environments.tearDown(victim.id());
            awaitEnd(host, victim);

            assertThat(host.log(victim.id())).contains("teardown script ended with exit code 0");
            assertThat(flood).allMatch(one -> host.backend.exists(one.sandbox()));
            scripts.complete(null);
            for (Environment one : flood) {
                awaitEnd(host, one);
                assertThat(host.log(one.id())).contains("teardown script ended with exit code 0");
            }
        }
    }

    @Test
    void aScriptThatIsSkippedIsToldInItsEnvironmentsOwnLog() throws Exception {
        try (ProvisioningHost host = host(ProvisioningHost.MANY)) {
            List<Environment> all = new ArrayList<>();
            for (int i = 0; i < 17; i++) {
                all.add(provision(host, "acme/main", Task.tornDownBy(SCRIPT)));
            }
            all.forEach(one -> host.environments.tearDown(one.id()));
            host.backend.await(SCRIPT, 16);

            host.clock.advance(Duration.ofMinutes(11));
            scripts.complete(null);

            for (Environment one : all) {
                awaitEnd(host, one);
            }
            assertThat(host.log(all.get(16).id()))
                    .contains("teardown script did not run to its end:"
                            + " others of its organization took too long before it");
            assertThat(host.backend.count(SCRIPT)).isEqualTo(16);
        }
    }

    @Test
    void aScriptWhoseSandboxEndsUnderItIsTold() throws Exception {
        try (ProvisioningHost host = host(FOUR)) {
            Environment environment = provision(host, "acme/main", Task.tornDownBy(SCRIPT));
            host.environments.tearDown(environment.id());
            host.backend.await(SCRIPT, 1);

            host.backend.destroy(environment.sandbox());

            awaitLog(host, environment.id(), "teardown script did not run to its end");
        }
    }

    private static void awaitLog(ProvisioningHost host, UUID environment, String text) {
        ProvisioningHost.await(() -> host.log(environment).stream().anyMatch(line -> line.startsWith(text)));
    }

    @Test
    void anEnvironmentCountsUntilItsSandboxIsGone() throws Exception {
        try (ProvisioningHost host = host(FOUR)) {
            List<Environment> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(provision(host, "acme/w" + i, Task.tornDownBy(SCRIPT)));
            }
            all.forEach(one -> host.environments.tearDown(one.id()));
            host.backend.await(SCRIPT, 4);

            assertThatThrownBy(() -> host.provision("acme/more", Task.PLAIN)).hasMessageContaining("this organization");
            scripts.complete(null);
            for (Environment one : all) {
                awaitEnd(host, one);
            }

            awaitRoom(host);
        }
    }

    /** What they held is given back right after their sandboxes are gone. */
    private static void awaitRoom(ProvisioningHost host) {
        ProvisioningHost.await(() -> {
            try {
                return host.provision("acme/more", Task.PLAIN).join().state() == EnvironmentState.READY;
            } catch (ApiException full) {
                return false;
            }
        });
    }

    @Test
    void sandboxesThatDoNotEndHoldNobodyElsesEndUp() throws Exception {
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (ProvisioningHost host = host(ProvisioningHost.MANY)) {
            List<Environment> flood = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flood.add(provision(host, "mallory/main", Task.PLAIN));
                host.backend.holdEnd(flood.get(i).sandbox(), never);
            }
            Environment victim = provision(host, "victim/main", Task.PLAIN);
            host.clock.advance(Duration.ofHours(1));

            host.environments.reapExpired();
            awaitEnd(host, victim);

            assertThat(flood).allMatch(one -> host.backend.exists(one.sandbox()));
            assertThat(host.repository.living()).as("none is shown as living").isEmpty();
            never.complete(null);
        }
    }

    @Test
    void whatAnEarlierServerLeftIsCounted() throws Exception {
        try (ProvisioningHost host = host(FOUR)) {
            List<Environment> left = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                left.add(provision(host, "acme/w" + i, Task.PLAIN));
            }
            EnvironmentShares later = new EnvironmentShares(host.config, new Quotas());
            later.reconcile(host.repository.living(), id -> true);

            assertThatThrownBy(() -> later.take(left.get(0))).hasMessageContaining("4 environments");
            later.gone(left.get(0).id());
            later.take(left.get(0));
        }
    }

    @Test
    void whatIsGoneWithoutAWordIsGivenBack() throws Exception {
        try (ProvisioningHost host = host(FOUR)) {
            for (int i = 0; i < 4; i++) {
                Environment one = provision(host, "acme/w" + i, Task.PLAIN);
                host.backend.destroy(one.sandbox());
            }

            host.reconciler.reconcile();

            assertThat(provision(host, "acme/more", Task.PLAIN).state()).isEqualTo(EnvironmentState.READY);
        }
    }
}
